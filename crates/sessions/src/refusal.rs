//! The reasons why a request has no session, or no fresh token.

use ::metrics::counter;
use storage::Unavailable;

use crate::{EndReason, metrics};

/// The reason why a request is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The request has no session cookie, or its session is unknown.
    #[error("there is no session")]
    NoSession,
    /// The session has ended.
    #[error("the session has ended")]
    Ended(EndReason),
    /// The session is bound to a device, and the request has no valid bound cookie. Cookies are
    /// unchanged.
    #[error("the session is bound to a device, which this request does not prove")]
    DeviceProofRequired,
    /// Sessions must be bound to a device, and this one is not.
    #[error("the session is not bound to a device")]
    DeviceBindingRequired,
    /// The session store is unavailable. The session is kept.
    #[error("the session store is unavailable")]
    StoreUnavailable,
    /// The provider is unavailable, and the access token has expired or is refused. The session is
    /// kept.
    #[error("the identity provider is unavailable")]
    ProviderUnavailable,
    /// An internal error, which the log describes.
    #[error("the session cannot be sent")]
    Internal,
}

impl From<Unavailable> for Refusal {
    /// Logs and counts the cause, which the response does not contain.
    fn from(error: Unavailable) -> Self {
        counter!(metrics::STORE_FAILURES).increment(1);
        tracing::error!(%error, "session store failed");
        Self::StoreUnavailable
    }
}
