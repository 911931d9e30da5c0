//! Renews access tokens, one call to the provider per session at a time.
//!
//! A refresh token is good for one use; a second use makes the provider revoke everything it led to. So requests that
//! arrive while a refresh is under way wait for it, and those that come late with the old token get its result for a
//! minute. The call runs on by itself when the request that began it is gone: its tokens must not be lost.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use backon::{ExponentialBuilder, Retryable};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use jiff::Timestamp;
use moka::{ops::compute::Op, sync::Cache};

use super::{Handle, Tokens, user_session::after};
use crate::{
    clock::Clock,
    wristband::{TokenError, Wristband},
};

/// How long whoever comes late with the old tokens is served the new ones.
const SUCCESSOR_LIFETIME: Duration = Duration::from_secs(60);
/// How long a failure is the answer for all, before the provider is asked again.
const FAILURE_LIFETIME: Duration = Duration::from_secs(1);
/// Sessions whose successors are remembered at the same time.
const CAPACITY: u64 = 100_000;

/// What a route needs the tokens for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Need {
    /// Nothing: only a session whose access token has really expired is refreshed, to learn whether it still may live.
    Session,
    /// A call to the provider: the token must be good for `TOKEN_EXPIRATION_BUFFER` longer.
    AccessToken,
    /// Another token than the one held: the provider refuses that one, although it has not expired.
    AnotherToken,
}

/// Why there is no fresh token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RefreshError {
    /// The provider refused the refresh token: the session is over.
    Refused,
    /// The provider did not answer, and the access token has expired. The session stays.
    Unavailable,
}

type Outcome = Result<Tokens, RefreshError>;

/// One call to the provider, under way or done.
#[derive(Clone)]
struct Flight {
    /// The tokens that are being replaced.
    base: Tokens,
    began: Instant,
    outcome: Shared<BoxFuture<'static, Outcome>>,
}

/// Renews the tokens of sessions.
pub struct Refresher {
    wristband: Arc<Wristband>,
    buffer: Duration,
    clock: Clock,
    flights: Cache<Handle, Flight>,
}

impl Refresher {
    /// `buffer`: how long before its expiry an access token counts as expired.
    #[must_use]
    pub fn new(wristband: Arc<Wristband>, buffer: Duration, clock: Clock) -> Self {
        let flights = Cache::builder().max_capacity(CAPACITY).time_to_live(SUCCESSOR_LIFETIME).build();
        Self { wristband, buffer, clock, flights }
    }

    /// Tokens that meet `need`, when those that the session holds do not; `None` when they do.
    pub(crate) async fn fresh(
        &self,
        handle: &Handle,
        held: &Tokens,
        need: Need,
    ) -> Result<Option<Tokens>, RefreshError> {
        let now = self.clock.now();
        let meets = |tokens: &Tokens| match need {
            Need::Session => tokens.access_token_expires_at > now,
            Need::AccessToken => tokens.access_token_expires_at > after(now, self.buffer),
            Need::AnotherToken => tokens.access_token != held.access_token && tokens.access_token_expires_at > now,
        };
        if meets(held) {
            return Ok(None);
        }
        // The old token is as good as ever until it expires.
        let still_good = |now| need == Need::AccessToken && held.access_token_expires_at > now;
        if held.refresh_token.is_none() {
            return if still_good(now) { Ok(None) } else { Err(RefreshError::Refused) };
        }
        match self.join(handle, held, meets).await {
            Err(RefreshError::Unavailable) if still_good(self.clock.now()) => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    /// Joins the refresh that is under way or was just done for these tokens, or begins one with the newest known.
    async fn join(&self, handle: &Handle, held: &Tokens, meets: impl Fn(&Tokens) -> bool) -> Outcome {
        let now = self.clock.now();
        let entry = self.flights.entry(handle.clone()).and_compute_with(|entry| {
            match entry.as_ref().map(|entry| entry.value()) {
                Some(flight) if flight.answers(held, now, &meets) => Op::Nop,
                Some(flight) => Op::Put(self.begin(flight.newest(held).clone())),
                None => Op::Put(self.begin(held.clone())),
            }
        });
        match entry.into_entry() {
            Some(entry) => entry.into_value().outcome.await,
            None => Err(RefreshError::Unavailable),
        }
    }

    fn begin(&self, base: Tokens) -> Flight {
        let (wristband, clock, used) = (Arc::clone(&self.wristband), self.clock.clone(), base.clone());
        let call = tokio::spawn(async move { renew(&wristband, &clock, used).await });
        let outcome = call.map(|finished| finished.unwrap_or(Err(RefreshError::Unavailable))).boxed().shared();
        Flight { base, began: Instant::now(), outcome }
    }
}

impl Flight {
    /// Whether this flight is the answer for a request that holds `held` and wants tokens that meet its need.
    fn answers(&self, held: &Tokens, now: Timestamp, meets: impl Fn(&Tokens) -> bool) -> bool {
        match self.outcome.peek() {
            None => true,
            // Who still holds the tokens that were replaced is served, even when tokens live no longer than the buffer.
            Some(Ok(tokens)) => {
                let late = held.access_token == self.base.access_token && tokens.access_token_expires_at > now;
                late || meets(tokens)
            }
            Some(Err(RefreshError::Refused)) => self.newest(held).access_token == self.base.access_token,
            Some(Err(RefreshError::Unavailable)) => self.began.elapsed() < FAILURE_LIFETIME,
        }
    }

    /// The newest of the tokens that this flight and the request know.
    fn newest<'a>(&'a self, held: &'a Tokens) -> &'a Tokens {
        let known = match self.outcome.peek() {
            // Its refresh token is used up, even if the access token beside it would have lasted longer than the next.
            Some(Ok(tokens)) if self.base.refresh_token == held.refresh_token => return tokens,
            Some(Ok(tokens)) => tokens,
            _ => &self.base,
        };
        if known.access_token_expires_at >= held.access_token_expires_at { known } else { held }
    }
}

async fn renew(wristband: &Wristband, clock: &Clock, tokens: Tokens) -> Outcome {
    let Some(refresh_token) = &tokens.refresh_token else { return Err(RefreshError::Refused) };
    // Three tries with jitter. `invalid_grant` is the only answer that ends a session.
    let retries =
        ExponentialBuilder::default().with_min_delay(Duration::from_millis(100)).with_max_times(2).with_jitter();
    let renewed = (|| wristband.refresh(refresh_token, clock.now()))
        .retry(retries)
        .when(|error| matches!(error, TokenError::Unavailable(_)))
        .await;
    match renewed {
        // A provider that does not rotate sends no new refresh token; the old one stays good (RFC 6749 section 6).
        Ok(renewed) => Ok(Tokens { refresh_token: renewed.refresh_token.or(tokens.refresh_token), ..renewed }),
        Err(TokenError::InvalidGrant) => Err(RefreshError::Refused),
        Err(error) => {
            tracing::warn!(%error, "access token not refreshed; the session is kept");
            Err(RefreshError::Unavailable)
        }
    }
}

impl std::fmt::Debug for Refresher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Refresher")
    }
}
