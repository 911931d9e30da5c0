//! What a stream tells, and what the nodes tell each other so that theirs can.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::session::{Handle, revocation::Reason};

/// Something that happened to a session, as its page is told.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
#[schema(as = SessionEvent)]
pub enum Event {
    /// The session is over. Nothing comes after this.
    Ended {
        /// Why.
        reason: EndReason,
    },
    /// Its tokens were renewed.
    Renewed(By),
    /// It was used; told as often as that is written, once a minute at most.
    Used(By),
    /// The same user has signed in somewhere else.
    OtherBegan {
        /// The public name of that session.
        #[schema(value_type = String)]
        handle: Handle,
    },
    /// Another session of the same user has ended.
    OtherEnded {
        /// The public name of that session.
        #[schema(value_type = String)]
        handle: Handle,
    },
}

/// Which request did it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct By {
    /// The request, e.g. `GET /api/profile`.
    pub request: String,
    /// The node that answered it.
    pub node: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SessionEndReason)]
pub enum EndReason {
    /// Somebody ended it.
    Ended,
    /// Its user signed in on too many devices.
    Replaced,
    /// The same browser signed in anew.
    Renewed,
    /// A timeout has passed.
    Expired,
}

impl From<Reason> for EndReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Ended => Self::Ended,
            Reason::Replaced => Self::Replaced,
            Reason::Renewed => Self::Renewed,
        }
    }
}

/// What one node tells the others about a session. Its user is a pseudonym.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Notice {
    pub(super) handle: Handle,
    pub(super) user: Handle,
    pub(super) change: Change,
}

/// What became of the session.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::session) enum Change {
    Began,
    Ended,
    Renewed(By),
    Used(By),
}
