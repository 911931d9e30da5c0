//! Refreshes access tokens: one call to the provider at a time for each session, across all nodes.
//!
//! A refresh token is valid for one use; after a second use the provider revokes all tokens of the
//! sign-in. So concurrent requests wait for the refresh: in this process they share its outcome, on
//! other nodes they wait for its lease. The next holder of the lease first looks for newer tokens.
//! A refresh goes on if its request is cancelled, and keeps the new tokens in memory if the store
//! fails before they are written.

mod flight;
mod request;
pub mod single_flight;
mod task;

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt;

use flight::{Flight, Outcome};
use single_flight::SingleFlight;
pub(super) use task::RefreshTask;

use crate::{
    Audience, EndReason, Handle, Refusal, SessionTokens, UserSession, user_session::after,
};

/// Longest wait of a request that can use the current token, or needs none.
const SHORT_WAIT: Duration = Duration::from_secs(2);
/// The time after the expiry of its access token for which a session is still shown to its page
/// while the provider is down. A provider that refuses the refresh ends the session at once.
const UNVERIFIED_FOR: Duration = Duration::from_secs(15 * 60);
/// Time, from the start of a refresh, for which its failure is the outcome of all requests.
const FAILURE_LIFETIME: Duration = Duration::from_secs(1);
/// Time for which an outcome is reused for late requests.
const OUTCOME_LIFETIME: Duration = Duration::from_secs(60);
/// Bytes of the cache of outcomes.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes of an outcome without a session.
const FAILURE_BYTES: u32 = 500;

/// The access token that a route requires.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Freshness {
    /// None. The token is refreshed in the background if it expires soon. The request waits (2 s at
    /// most) only if it has expired, to notice a revoked refresh token.
    Session,
    /// As `Session`. While the provider is unavailable, the session is returned for a limited time
    /// after the expiry, so that the page keeps its menu and its sign-out.
    Page,
    /// One for a call to the provider, valid for `Settings::token_expiration_buffer` longer. After
    /// a wait of 2 s, or in an outage, any that has not expired.
    AccessToken,
    /// Another than the session's, which the provider refused before its expiry.
    AnotherToken,
}

/// Refreshes the tokens of sessions.
pub struct Refresher {
    task: Arc<RefreshTask>,
    buffer: Duration,
    flights: SingleFlight<Handle, Flight>,
}

impl Refresher {
    /// `buffer`: time before its expiry at which an access token is refreshed.
    pub(crate) fn new(task: RefreshTask, buffer: Duration) -> Self {
        Self {
            task: Arc::new(task),
            buffer,
            flights: SingleFlight::new(OUTCOME_LIFETIME, CACHE_BYTES, |flight: &Flight| {
                let outcome = flight.outcome.as_ref();
                outcome.map_or(FAILURE_BYTES, |session| session.weight())
            }),
        }
    }

    /// Returns `true` if the tokens meet `need` and are not about to expire. `audience`: the API
    /// that the access token is for; `None`: the session's own.
    pub(crate) fn are_fresh(
        &self,
        tokens: &SessionTokens,
        need: Freshness,
        audience: Option<&Audience>,
    ) -> bool {
        let Some((issued_at, expires_at)) = tokens.lifetime(audience) else {
            return false;
        };
        // A token that lives no longer than the buffer is refreshed after half its life, not at
        // every request.
        let lifetime = expires_at.duration_since(issued_at).unsigned_abs();
        let fresh_until = after(self.task.clock.now(), self.buffer.min(lifetime / 2));
        need != Freshness::AnotherToken && expires_at > fresh_until
    }

    /// Refreshes the tokens of a session. Returns the new version, or `None` if the request can go
    /// on with the current tokens. `by`: the request, e.g. `GET /api/profile`.
    pub(crate) async fn refresh(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        need: Freshness,
        audience: Option<&Arc<Audience>>,
        by: impl Fn() -> String,
    ) -> Result<Option<Arc<UserSession>>, Refusal> {
        let (now, held) = (self.task.clock.now(), &session.tokens);
        let is_valid = held.are_valid(now, audience.map(Arc::as_ref));
        let can_use_current_token = need != Freshness::AnotherToken && is_valid;
        let unverified_until = after(held.access_token_expires_at, UNVERIFIED_FOR);
        if held.refresh_token.is_none() {
            // After a refresh: the provider used up the refresh token and returned no usable one.
            return match (can_use_current_token, is_valid && held.refresh_count > 0) {
                (true, _) => Ok(None),
                (false, true) => Err(Refusal::ProviderUnavailable),
                (false, false) if audience.is_some() => {
                    tracing::warn!("without a refresh token there is no token for an API");
                    Err(Refusal::ProviderUnavailable)
                }
                (false, false) => self.task.end(handle, session, EndReason::Refused).await,
            };
        }
        let refresh = self.join(handle, session, audience, &by);
        let outcome = match (need, can_use_current_token) {
            // Do not wait: use the outcome if it is known; else a later request gets it.
            (Freshness::Session | Freshness::Page, true) => refresh.now_or_never(),
            (Freshness::Session | Freshness::Page, false) | (Freshness::AccessToken, true) => {
                tokio::time::timeout(SHORT_WAIT, refresh).await.ok()
            }
            (Freshness::AccessToken, false) | (Freshness::AnotherToken, _) => Some(refresh.await),
        };
        match outcome.unwrap_or(Err(Refusal::ProviderUnavailable)) {
            Err(Refusal::ProviderUnavailable | Refusal::StoreUnavailable)
                if can_use_current_token =>
            {
                Ok(None)
            }
            Err(Refusal::ProviderUnavailable)
                if need == Freshness::Page && unverified_until > now =>
            {
                Ok(None)
            }
            outcome => outcome.map(Some),
        }
    }

    /// Returns the outcome of the running refresh, or of a new one.
    async fn join(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        audience: Option<&Arc<Audience>>,
        by: &impl Fn() -> String,
    ) -> Outcome {
        let wanted = audience.map(Arc::as_ref);
        loop {
            let flight = self.flights.join(
                &handle,
                |flight, age| self.serves(flight, age, session, wanted),
                || {
                    let task = Arc::clone(&self.task);
                    let (session, audience, by) = (Arc::clone(session), audience.cloned(), by());
                    self.task.background.spawn(async move {
                        let outcome = task.run(handle, session, audience.as_deref(), by).await;
                        Flight { outcome, audience }
                    })
                },
            );
            let Some(flight) = flight.await else {
                return Err(Refusal::ProviderUnavailable);
            };
            match flight.outcome {
                // A concurrent refresh of older tokens, or for another API, may return the token
                // that this request has.
                Ok(refreshed) => {
                    if refreshed.tokens.are_newer_than(&session.tokens, wanted) {
                        return Ok(self.task.store.merge_refreshed(session, refreshed));
                    }
                }
                Err(Refusal::Ended(reason)) => return Err(Refusal::Ended(reason)),
                Err(refusal) if flight.is_for(wanted) => return Err(refusal),
                // The token of another API was not refreshed.
                Err(_) => {}
            }
        }
    }

    /// Returns `true` if the outcome of an earlier refresh is valid for a new request with
    /// `session`.
    fn serves(
        &self,
        flight: &Flight,
        age: Duration,
        session: &UserSession,
        wanted: Option<&Audience>,
    ) -> bool {
        match &flight.outcome {
            Ok(refreshed) => {
                refreshed.tokens.are_newer_than(&session.tokens, wanted)
                    && refreshed.tokens.are_valid(self.task.clock.now(), wanted)
            }
            Err(Refusal::ProviderUnavailable) => flight.is_for(wanted) && age < FAILURE_LIFETIME,
            // For requests whose session was found before it ended.
            Err(Refusal::Ended(_)) => true,
            Err(_) => false,
        }
    }
}
