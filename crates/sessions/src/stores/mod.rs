//! Where sessions are kept: in the browser's cookies, or in a store of the server.
//!
//! [`Store`] keeps what must hold wherever sessions are: a revoked session never comes back, even
//! if others still write to it, and every change is told to the observer.

pub(crate) mod backend;
pub(crate) mod browser;
#[cfg_attr(
    not(feature = "redis"),
    allow(dead_code, reason = "SQLite orders reads and writes")
)]
pub(crate) mod cache;
mod errors;
mod kind;
pub(crate) mod record;
pub(crate) mod refreshed_tokens;
pub(crate) mod server;
mod session_store;
mod store;

pub use backend::SessionParts;
pub use errors::{SaveError, TooLarge};
pub use kind::StoreKind;
pub use session_store::{SessionStore, StoredSession, WriteOutcome};
pub use store::Store;

/// The result of an operation of a store.
pub(crate) type StoreResult<T> = Result<T, storage::Unavailable>;
