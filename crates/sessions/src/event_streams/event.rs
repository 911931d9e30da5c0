//! Events of a stream, and the notices that nodes send each other.

use serde::{Deserialize, Serialize};

use crate::{
    DeviceProof, EndReason, Handle,
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
    /// Its device was proven: the session was bound to it, or its bound cookie was renewed.
    DeviceProven(DeviceProof),
    /// A request with its cookies was refused because it did not prove the device. Some of many
    /// such requests at once have no event.
    DeviceNotProven(By),
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
