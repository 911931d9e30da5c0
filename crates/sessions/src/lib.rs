#![doc = include_str!("../README.md")]

mod active_sessions;
#[cfg(feature = "actix")]
pub mod actix;
mod begin;
mod change;
mod end;
mod end_reason;
pub mod event_streams;
mod events;
mod find;
mod handle;
mod id;
mod live_session;
mod metrics;
mod open;
mod previous_session;
mod purposes;
pub mod refresh;
mod refusal;
mod session_tokens;
mod sessions;
mod settings;
mod state;
pub mod stores;
mod user;
mod user_session;

pub use active_sessions::EndError;
pub use change::By;
pub use end::Ended;
pub use end_reason::EndReason;
pub use find::Found;
pub use handle::{Handle, NotAHandle};
pub use id::{SessionId, SessionIds};
pub use live_session::{LiveSession, NewSession};
pub use metrics::describe_metrics;
pub use open::{Stores, open, open_with};
pub use previous_session::PreviousSession;
pub use refusal::Refusal;
pub use session_tokens::SessionTokens;
pub use sessions::Sessions;
pub use settings::Settings;
pub use stores::{
    CreateError, Named, SessionParts, SessionStore, Store, StoreKind, TooLarge, WriteOutcome,
};
pub use user::{Role, User};
pub use user_session::{Description, Timeouts, UserSession};
