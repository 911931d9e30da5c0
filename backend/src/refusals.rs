//! The errors of requests that the sessions refuse.

use sessions::{EndReason, Refusal};
use storage::Unavailable;

use crate::error::ApiError;

impl From<Unavailable> for ApiError {
    /// Logs and counts the cause, which the response does not contain.
    fn from(error: Unavailable) -> Self {
        Refusal::from(error).into()
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSession => Self::Unauthenticated,
            Refusal::Ended(reason) => ended(reason),
            Refusal::DeviceProofRequired => Self::DeviceProofRequired,
            Refusal::DeviceBindingRequired => Self::DeviceBindingRequired,
            Refusal::StoreUnavailable => Self::SessionStoreUnavailable,
            Refusal::ProviderUnavailable => Self::IdentityProviderUnavailable,
            Refusal::Internal => Self::Internal,
        }
    }
}

/// The error (401) for a session that ended for this reason.
fn ended(reason: EndReason) -> ApiError {
    match reason {
        EndReason::Ended => ApiError::SessionEnded,
        EndReason::IdleTimeout => ApiError::SessionIdleTimeout,
        EndReason::AbsoluteTimeout => ApiError::SessionAbsoluteTimeout,
        EndReason::SignedOut => ApiError::SessionSignedOut,
        EndReason::EndedElsewhere => ApiError::SessionEndedElsewhere,
        EndReason::EndedEverywhere => ApiError::SessionEndedEverywhere,
        EndReason::SignedOutAtProvider => ApiError::SessionSignedOutAtProvider,
        EndReason::Refused => ApiError::SessionRefused,
        EndReason::LimitReached => ApiError::SessionReplaced,
        EndReason::SupersededBySignIn => ApiError::SessionRenewed,
    }
}
