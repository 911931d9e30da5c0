//! Renews access tokens, one call to the provider per session at a time, on all nodes together.
//!
//! A refresh token is good for one use; a second use makes the provider revoke everything it led
//! to. So requests that arrive while a refresh is under way wait for it, in this process by sharing
//! its outcome, on other nodes by its lease. Whoever then holds the lease looks first whether newer
//! tokens are there already. The work runs on by itself when the request that began it is gone, and
//! keeps its tokens when the store fails before they are written: they must not be lost.

mod lease;
mod renewal;
pub mod single_flight;

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt;

pub(super) use renewal::Renewal;
use single_flight::SingleFlight;

use super::{Handle, UserSession, user_session::after};
use crate::oidc::Tokens;

/// How long a request waits that could do without new tokens, or needs them only to learn whether
/// its session may go on.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a failure is the answer for all, before the provider is asked again.
const FAILURE_LIFETIME: Duration = Duration::from_secs(1);
/// How long its outcome spares those who come late the way to the store.
const REMEMBERED: Duration = Duration::from_secs(60);

/// What a route needs the tokens for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Need {
    /// Nothing. They are renewed meanwhile when they expire soon; only when they have is the
    /// outcome waited for, and not for long: a session whose refresh token was revoked ends no
    /// later than its access token.
    Session,
    /// A call to the provider: the token must be good for `TOKEN_EXPIRATION_BUFFER` longer.
    AccessToken,
    /// Another token than the one held: the provider refuses that one, although it has not expired.
    AnotherToken,
}

/// Why there is no fresh token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RefreshError {
    /// The provider refused the refresh token, and the session was ended.
    Refused,
    /// The session was ended while its tokens were renewed.
    Ended,
    /// The provider did not answer, and the access token has expired. The session stays.
    Unavailable,
    /// The store does not answer. The session stays, and so do new tokens, if there are any.
    StoreUnavailable,
}

type Outcome = Result<Arc<UserSession>, RefreshError>;

/// Renews the tokens of sessions.
pub struct Refresher {
    renewal: Arc<Renewal>,
    buffer: Duration,
    flights: SingleFlight<Handle, Outcome>,
}

impl Refresher {
    /// `buffer`: how long before its expiry an access token counts as expired.
    pub(super) fn new(renewal: Renewal, buffer: Duration) -> Self {
        Self {
            renewal: Arc::new(renewal),
            buffer,
            flights: SingleFlight::new(REMEMBERED),
        }
    }

    /// Whether the session's own tokens meet `need`, and need not be renewed meanwhile.
    pub(crate) fn are_fresh(&self, tokens: &Tokens, need: Need) -> bool {
        // A token that lives no longer than the buffer is used for half its life, not renewed at
        // every request.
        let expires_at = tokens.access_token_expires_at;
        let lifetime = expires_at.duration_since(tokens.issued_at).unsigned_abs();
        let fresh_until = after(self.renewal.clock.now(), self.buffer.min(lifetime / 2));
        need != Need::AnotherToken && expires_at > fresh_until
    }

    /// The session with tokens that meet `need`, when its own are not fresh; `None` when those do
    /// for now. `by`: the request that asks, as `GET /api/profile`.
    pub(crate) async fn refresh(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        need: Need,
        by: impl Fn() -> String,
    ) -> Result<Option<Arc<UserSession>>, RefreshError> {
        // The old token is as good as ever until it expires.
        let (now, held) = (self.renewal.clock.now(), &session.tokens);
        let good_for_now = need != Need::AnotherToken && held.access_token_expires_at > now;
        if held.refresh_token.is_none() {
            return if good_for_now {
                Ok(None)
            } else {
                self.renewal.end(handle, session).await
            };
        }
        let refresh = self.join(handle, session, &by);
        let outcome = match (need, good_for_now) {
            // What is there already is taken; the rest is for a later request.
            (Need::Session, true) => refresh.now_or_never(),
            (Need::Session, false) | (Need::AccessToken, true) => {
                tokio::time::timeout(PATIENCE, refresh).await.ok()
            }
            (Need::AccessToken, false) | (Need::AnotherToken, _) => Some(refresh.await),
        };
        match outcome.unwrap_or(Err(RefreshError::Unavailable)) {
            Err(RefreshError::Unavailable | RefreshError::StoreUnavailable) if good_for_now => {
                Ok(None)
            }
            outcome => outcome.map(Some),
        }
    }

    /// The outcome of the refresh that is under way, or of a new one.
    async fn join(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        by: &impl Fn() -> String,
    ) -> Outcome {
        loop {
            let outcome = self.flights.join(
                &handle,
                |outcome, age| self.serves(outcome, age, session),
                || {
                    let run = Arc::clone(&self.renewal).run(handle, Arc::clone(session), by());
                    #[cfg(feature = "otlp")]
                    let run = crate::traces::within("refresh tokens", run);
                    self.renewal.background.spawn(run)
                },
            );
            let renewed = outcome.await.unwrap_or(Err(RefreshError::Unavailable))?;
            // A refresh that others began with older tokens may have ended with those that this
            // request wants replaced.
            if renewed.tokens.renewals > session.tokens.renewals {
                return Ok(self.renewal.store.adopt(session, renewed));
            }
        }
    }

    /// Whether the outcome of an earlier refresh is good for a request that comes now with
    /// `session`.
    fn serves(&self, outcome: &Outcome, age: Duration, session: &UserSession) -> bool {
        match outcome {
            Ok(renewed) => {
                let tokens = &renewed.tokens;
                tokens.renewals > session.tokens.renewals
                    && tokens.access_token_expires_at > self.renewal.clock.now()
            }
            Err(RefreshError::Unavailable) => age < FAILURE_LIFETIME,
            // For those whose session was found before it ended.
            Err(RefreshError::Refused | RefreshError::Ended) => true,
            Err(RefreshError::StoreUnavailable) => false,
        }
    }
}
