//! The session itself: what it is, how it is kept, how a request gets it, and how it ends.

mod active_sessions;
pub mod event_streams;
mod former;
mod handle;
mod id;
pub mod refresh;
pub mod request;
pub mod revocation;
mod sessions;
mod settings;
mod sign_out;
mod signed_in_anew;
pub mod stores;
mod user_session;

pub use active_sessions::EndError;
pub use former::FormerSession;
pub use handle::{Handle, NotAHandle};
pub use id::{SessionId, SessionIds};
pub use sessions::{LiveSession, NewSession, Sessions};
pub use settings::Settings;
pub use sign_out::Ended;
pub use stores::{CreateError, Life, Opened, Replaced, Store, StoreKind, TooLarge, open};
pub use user_session::{Description, Timeouts, UserSession};
