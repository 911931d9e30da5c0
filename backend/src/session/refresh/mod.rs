//! Renews access tokens, one call to the provider per session at a time, on all nodes together.
//!
//! A refresh token is good for one use; a second use makes the provider revoke everything it led to. So requests that
//! arrive while a refresh is under way wait for it, in this process by sharing its future, on other nodes by its lease.
//! Whoever then holds the lease looks first whether newer tokens are there already. The work runs on by itself when the
//! request that began it is gone, and keeps its tokens when the store fails before they are written: they must not be
//! lost.

mod lease;
mod newest_tokens;
mod work;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use jiff::Timestamp;
use moka::{ops::compute::Op, sync::Cache};

pub(super) use lease::Leases;
pub(super) use newest_tokens::{NewestTokens, Successors};
pub(super) use work::Work;

use super::{Handle, UserSession, user_session::after};
use crate::oidc::Tokens;

/// How long a request waits that could do without new tokens, or needs them only to learn whether its session may go on.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a failure is the answer for all, before the provider is asked again.
const FAILURE_LIFETIME: Duration = Duration::from_secs(1);
/// How long its outcome spares those who come late the way to the store.
const REMEMBERED: Duration = Duration::from_secs(60);
/// Refreshes known at the same time.
const CAPACITY: u64 = 100_000;

/// What a route needs the tokens for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Need {
    /// Nothing. They are renewed meanwhile when they expire soon; only when they have is the outcome waited for, and not
    /// for long: a session whose refresh token was revoked ends no later than its access token.
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

type Outcome = Result<Tokens, RefreshError>;

/// One refresh, under way or done a moment ago.
#[derive(Clone)]
struct Flight {
    began: Instant,
    outcome: Shared<BoxFuture<'static, Outcome>>,
}

impl Flight {
    /// Whether a request that comes now with the tokens `held` shares its outcome.
    fn takes_along(&self, held: &Tokens, now: Timestamp) -> bool {
        match self.outcome.peek() {
            None => true,
            Some(Ok(tokens)) => {
                tokens.renewals > held.renewals && tokens.access_token_expires_at > now
            }
            Some(Err(RefreshError::Unavailable)) => self.began.elapsed() < FAILURE_LIFETIME,
            // For those whose session was found before it ended.
            Some(Err(RefreshError::Refused | RefreshError::Ended)) => true,
            Some(Err(RefreshError::StoreUnavailable)) => false,
        }
    }
}

/// Renews the tokens of sessions.
pub struct Refresher {
    work: Arc<Work>,
    buffer: Duration,
    flights: Cache<Handle, Flight>,
}

impl Refresher {
    /// `buffer`: how long before its expiry an access token counts as expired.
    pub(super) fn new(work: Work, buffer: Duration) -> Self {
        let flights = Cache::builder()
            .max_capacity(CAPACITY)
            .time_to_live(REMEMBERED)
            .build();
        Self {
            work: Arc::new(work),
            buffer,
            flights,
        }
    }

    /// Tokens that meet `need`, when those that the session holds do not; `None` when they do. `by`: the request that
    /// asks, as `GET /api/profile`.
    pub(crate) async fn fresh(
        &self,
        handle: &Handle,
        session: &UserSession,
        need: Need,
        by: impl Fn() -> String,
    ) -> Result<Option<Tokens>, RefreshError> {
        let (now, held) = (self.work.clock.now(), &session.tokens);
        // A token that lives no longer than the buffer is used for half its life, not renewed at every request.
        let lifetime = held
            .access_token_expires_at
            .duration_since(held.issued_at)
            .unsigned_abs();
        let fresh_until = after(now, self.buffer.min(lifetime / 2));
        if need != Need::AnotherToken && held.access_token_expires_at > fresh_until {
            return Ok(None);
        }
        // The old token is as good as ever until it expires.
        let good_for_now = need != Need::AnotherToken && held.access_token_expires_at > now;
        if held.refresh_token.is_none() {
            return if good_for_now {
                Ok(None)
            } else {
                self.work.end(handle, session).await
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
        handle: &Handle,
        session: &UserSession,
        by: &impl Fn() -> String,
    ) -> Outcome {
        loop {
            let entry = self.flights.entry_by_ref(handle).and_compute_with(|entry| {
                let now = self.work.clock.now();
                if entry.is_some_and(|entry| entry.value().takes_along(&session.tokens, now)) {
                    Op::Nop
                } else {
                    Op::Put(self.begin(handle, session, by()))
                }
            });
            let flight = entry.into_entry().ok_or(RefreshError::Unavailable)?;
            let tokens = flight.into_value().outcome.await?;
            // A refresh that others began with older tokens may have ended with those that this request wants replaced.
            if tokens.renewals > session.tokens.renewals {
                return Ok(tokens);
            }
        }
    }

    fn begin(&self, handle: &Handle, session: &UserSession, by: String) -> Flight {
        let refresh =
            tokio::spawn(Arc::clone(&self.work).refresh(handle.clone(), session.clone(), by));
        let outcome = refresh.map(|finished| finished.unwrap_or(Err(RefreshError::Unavailable)));
        Flight {
            began: Instant::now(),
            outcome: outcome.boxed().shared(),
        }
    }
}

impl std::fmt::Debug for Refresher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Refresher")
    }
}
