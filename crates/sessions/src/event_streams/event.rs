//! Events of a stream, and the notices that nodes send each other.

use serde::{Deserialize, Serialize};

use crate::{
    EndReason, Handle,
    change::{By, Change},
};

/// Something that happened to a session, as its page is told.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SessionEvent))]
pub enum Event {
    /// The session is over. Nothing comes after this.
    Ended {
        /// Why.
        reason: EndReason,
    },
    /// Its tokens were refreshed.
    #[serde(rename = "renewed")]
    TokensRefreshed(By),
    /// It was used; told as often as that is written, once a minute at most.
    Used(By),
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

/// A change that one node tells the others. Its user is a pseudonym.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Notice {
    pub(super) handle: Handle,
    pub(super) user: Handle,
    pub(super) change: Change,
}
