#![doc = include_str!("../README.md")]

mod active_sessions;
#[cfg(feature = "actix")]
pub mod actix;
mod audience;
mod begin;
mod cached_response;
mod change;
#[cfg_attr(
    not(feature = "actix"),
    allow(dead_code, reason = "only requests prove a device")
)]
mod device;
#[cfg_attr(
    not(feature = "actix"),
    allow(dead_code, reason = "only requests prove a device")
)]
mod devices;
mod end;
mod end_reason;
pub mod event_streams;
#[cfg_attr(
    not(feature = "actix"),
    allow(dead_code, reason = "only requests prove a device")
)]
mod events;
mod find;
mod handle;
mod id;
mod live_session;
mod metrics;
#[cfg_attr(
    not(feature = "redis"),
    allow(dead_code, reason = "one node shares nothing")
)]
mod nodes;
mod open;
mod opened;
mod previous_session;
mod purposes;
#[cfg(feature = "redis")]
mod redis;
pub mod refresh;
mod refusal;
mod role_source;
mod session_data;
mod session_tokens;
mod sessions;
mod settings;
#[cfg(feature = "sqlite")]
mod sqlite;
mod state;
#[cfg_attr(
    not(feature = "actix"),
    allow(dead_code, reason = "only requests prove a device")
)]
pub mod stores;
#[cfg(feature = "testing")]
pub mod testing;
mod update;
mod user;
mod user_session;

pub use active_sessions::EndError;
pub use audience::{AccessToken, Audience};
pub use device::{Device, DeviceProof, DeviceSettings};
pub use end::Ended;
pub use end_reason::EndReason;
pub use handle::Handle;
pub use live_session::{LiveSession, NewSession};
pub use metrics::describe_metrics;
pub use refusal::Refusal;
pub use role_source::RoleSource;
pub use session_data::SessionData;
pub use session_tokens::SessionTokens;
pub use sessions::Sessions;
pub use settings::Settings;
pub use stores::{SaveError, SessionStore, SharedStore, StoreKind};
pub use update::UpdateError;
pub use user::{Role, User};
pub use user_session::{Timeouts, UserSession};

use cached_response::CachedResponse;
use id::{SessionId, SessionIds};
use previous_session::PreviousSession;
use stores::SessionParts;

/// For a layer between a web framework and the sessions; `actix` is one.
pub mod web {
    pub use crate::{
        find::Found, id::SessionId, previous_session::PreviousSession, stores::SessionParts,
    };
}

/// For the tests and the bench of this repository.
#[doc(hidden)]
pub mod internal {
    pub use crate::{
        cached_response::CachedResponse,
        id::SessionIds,
        open::{Stores, open},
        stores::Store,
    };
}
