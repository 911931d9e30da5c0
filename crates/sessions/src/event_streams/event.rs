//! Events of a stream, and the notices that nodes send each other.

use serde::{Deserialize, Serialize};

use crate::{
    EndReason, Handle,
    change::{By, Change},
};

/// An event of a session, for its page.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SessionEvent))]
pub enum Event {
    /// The session has ended. This is the last event.
    Ended {
        /// The reason.
        reason: EndReason,
    },
    /// Its tokens were refreshed.
    #[serde(rename = "renewed")]
    TokensRefreshed(By),
    /// It was used: sent once a minute at most, or ten times within a shorter idle timeout.
    Used(By),
    /// The application's data in it changed.
    DataChanged,
    /// The same user has signed in somewhere else.
    OtherBegan {
        /// The public name of that session.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        handle: Handle,
    },
    /// Another session of the same user has ended.
    OtherEnded {
        /// The public name of that session.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        handle: Handle,
    },
}

/// A change, as nodes send it to each other. Its user is a pseudonym.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Notice {
    pub(super) handle: Handle,
    pub(super) user: Handle,
    pub(super) change: Change,
}
