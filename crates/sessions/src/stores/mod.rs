//! Where sessions are kept: in the browser's cookies, or in a store of the server.
//!
//! [`Store`] keeps what must hold wherever sessions are: a revoked session never comes back, even
//! if others still write to it, and every change is told to the observer.

pub(crate) mod browser;
pub(crate) mod cache;
mod errors;
pub(crate) mod holder;
mod kind;
mod record;
pub(crate) mod redis;
pub(crate) mod renewed_tokens;
pub(crate) mod server;
mod session_store;
pub(crate) mod sqlite;
mod store;
mod sweep;

pub use errors::{CreateError, TooLarge};
pub use holder::SessionParts;
pub use kind::StoreKind;
pub use redis::key_of;
pub use session_store::{Named, SessionStore, WriteOutcome};
pub use store::Store;
