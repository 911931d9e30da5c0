//! The outcome of a refresh, which concurrent requests share.

use std::sync::Arc;

use crate::{Audience, EndReason, Refusal, UserSession};

/// The session with new tokens, or the refusal.
pub(super) type Outcome = Result<Arc<UserSession>, Refusal>;

/// A finished refresh.
#[derive(Clone)]
pub(super) struct Flight {
    pub(super) outcome: Outcome,
    /// The API that the new access token is for; `None`: the session's own.
    pub(super) audience: Option<Arc<Audience>>,
}

impl Flight {
    /// Returns `true` if the refresh was for the same token.
    pub(super) fn is_for(&self, wanted: Option<&Audience>) -> bool {
        self.audience.as_deref().map(Audience::name) == wanted.map(Audience::name)
    }
}

/// The outcome, for metrics.
pub(super) fn label(outcome: &Outcome) -> &'static str {
    match outcome {
        Ok(_) => "renewed",
        Err(Refusal::Ended(EndReason::Refused)) => "refused",
        Err(Refusal::Ended(_)) => "ended",
        Err(Refusal::ProviderUnavailable) => "provider_unavailable",
        Err(_) => "store_unavailable",
    }
}
