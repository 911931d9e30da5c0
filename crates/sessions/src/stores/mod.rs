//! Stores of sessions: the browser's cookies, or a store of the server.
//!
//! [`Store`] guarantees for both: a revoked session never comes back, even if concurrent requests
//! still write it, and the observer receives every change.

pub(crate) mod backend;
mod binding;
pub(crate) mod browser;
#[cfg_attr(
    not(feature = "redis"),
    allow(dead_code, reason = "SQLite orders reads and writes")
)]
pub(crate) mod cache;
mod changed_data;
mod end_reason;
mod errors;
mod kind;
mod own_leases;
pub(crate) mod record;
pub(crate) mod refreshed_tokens;
pub(crate) mod server;
mod session_store;
mod shared_store;
mod store;
mod unsealed;

pub use backend::SessionParts;
pub(crate) use errors::StoreResult;
pub use errors::{SaveError, TooLarge};
pub use kind::StoreKind;
pub(crate) use own_leases::OwnLeases;
pub use session_store::{SessionStore, StoredSession, WriteOutcome};
pub use shared_store::{Lock, SharedStore};
pub use store::Store;
