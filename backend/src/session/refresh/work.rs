//! The work of a refresh, which goes on when the request that began it is gone.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ::metrics::counter;
use backon::{ExponentialBuilder, Retryable};

use super::{
    Outcome, RefreshError,
    lease::Leases,
    newest_tokens::{Kept, NewestTokens},
};
use crate::{
    clock::Clock,
    metrics,
    oidc::{Client, TokenError, Tokens},
    session::{Handle, Store, StoreUnavailable, Timeouts, UserSession, revocation::Revocations},
};

/// How often tokens that the store did not take are offered to it again.
const SAVE_EVERY: Duration = Duration::from_millis(200);

/// What a refresh works with.
pub(in crate::session) struct Work {
    pub(in crate::session) oidc: Arc<Client>,
    pub(in crate::session) store: Store,
    pub(in crate::session) newest: NewestTokens,
    pub(in crate::session) leases: Leases,
    pub(in crate::session) revocations: Arc<Revocations>,
    pub(in crate::session) timeouts: Timeouts,
    pub(in crate::session) clock: Clock,
    /// Sessions whose new tokens the store has not taken yet.
    pub(in crate::session) unsaved: Mutex<HashSet<Handle>>,
}

impl Work {
    /// Newer tokens than those of `session`: somebody else's, or the provider's.
    pub(super) async fn refresh(
        self: Arc<Self>,
        handle: Handle,
        session: UserSession,
        by: String,
    ) -> Outcome {
        if self.unsaved().contains(&handle) {
            return Err(RefreshError::StoreUnavailable);
        }
        let _lease = self.leases.take(&handle).await.map_err(unavailable)?;
        if self
            .revocations
            .contain(&handle, &session)
            .map_err(unavailable)?
        {
            return Err(RefreshError::Ended);
        }
        let known = self
            .newest
            .find(&handle, &session.tokens)
            .await
            .map_err(unavailable)?;
        let Some(known) = known else {
            return Err(RefreshError::Ended);
        };
        // Who comes late with the old tokens is served the new ones.
        if known.renewals > session.tokens.renewals
            && known.access_token_expires_at > self.clock.now()
        {
            counter!(metrics::LATE_COMERS).increment(1);
            return Ok(known);
        }
        let outcome = self.renew_and_keep(&handle, session, &known, by).await;
        counter!(metrics::REFRESHES, "outcome" => label(&outcome)).increment(1);
        outcome
    }

    async fn renew_and_keep(
        self: &Arc<Self>,
        handle: &Handle,
        session: UserSession,
        known: &Tokens,
        by: String,
    ) -> Outcome {
        let tokens = match self.renew(known, by).await {
            Err(RefreshError::Refused) => {
                tracing::warn!("session ended: the provider refused its refresh token");
                return self.end(handle, &session).await;
            }
            renewed => renewed?,
        };
        // Unknown is no: whether the list can be read is for the request to say.
        if self.revocations.contain(handle, &session).unwrap_or(false) {
            return self.discard(tokens);
        }
        match self.newest.keep(handle, &tokens).await {
            Ok(Kept::Yes) => Ok(tokens),
            Ok(Kept::Ended) => self.discard(tokens),
            Err(error) => {
                tracing::error!(%error, "new tokens are held until the session store takes them");
                self.unsaved().insert(handle.clone());
                tokio::spawn(Arc::clone(self).save(handle.clone(), tokens, session));
                Err(RefreshError::StoreUnavailable)
            }
        }
    }

    /// Ends a session that can get no tokens any more.
    pub(super) async fn end<T>(
        &self,
        handle: &Handle,
        session: &UserSession,
    ) -> Result<T, RefreshError> {
        self.store
            .end(handle, session.expires_at(&self.timeouts))
            .await
            .map_err(unavailable)?;
        Err(RefreshError::Refused)
    }

    /// Asks the provider: three tries with jitter. `invalid_grant` is the only answer that ends a session.
    async fn renew(&self, tokens: &Tokens, by: String) -> Outcome {
        let Some(refresh_token) = &tokens.refresh_token else {
            return Err(RefreshError::Refused);
        };
        let retries = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(100))
            .with_max_times(2)
            .with_jitter();
        let renewed = (|| self.oidc.refresh(refresh_token))
            .retry(retries)
            .when(|error| matches!(error, TokenError::Unavailable(_)))
            .await;
        match renewed {
            Ok(renewed) => Ok(Tokens {
                // A provider that does not rotate sends no new one; the old one stays good (RFC 6749 section 6).
                refresh_token: renewed
                    .refresh_token
                    .or_else(|| Some(refresh_token.clone())),
                renewals: tokens.renewals + 1,
                renewed_by: Some(by),
                ..renewed
            }),
            Err(TokenError::InvalidGrant) => Err(RefreshError::Refused),
            Err(error) => {
                tracing::warn!(%error, "access token not refreshed; the session is kept");
                Err(RefreshError::Unavailable)
            }
        }
    }

    /// Offers the tokens to the store until it takes them, or the session would be over anyway.
    async fn save(self: Arc<Self>, handle: Handle, tokens: Tokens, session: UserSession) {
        let kept = loop {
            tokio::time::sleep(SAVE_EVERY).await;
            match self.newest.keep(&handle, &tokens).await {
                Ok(kept) => break kept,
                Err(_) if session.is_current(self.clock.now(), &self.timeouts) => {}
                Err(_) => break Kept::Ended,
            }
        };
        self.unsaved().remove(&handle);
        match kept {
            Kept::Yes => tracing::info!("held tokens were taken by the session store"),
            Kept::Ended => drop(self.discard(tokens)),
        }
    }

    /// The session ended meanwhile: these tokens are of no use to anybody.
    fn discard(&self, tokens: Tokens) -> Outcome {
        self.oidc.revoke_in_background(tokens.refresh_token);
        Err(RefreshError::Ended)
    }

    fn unsaved(&self) -> MutexGuard<'_, HashSet<Handle>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unavailable(error: StoreUnavailable) -> RefreshError {
    tracing::error!(%error, "access token not refreshed; the session is kept");
    RefreshError::StoreUnavailable
}

fn label(outcome: &Outcome) -> &'static str {
    match outcome {
        Ok(_) => "renewed",
        Err(RefreshError::Refused) => "refused",
        Err(RefreshError::Ended) => "ended",
        Err(RefreshError::Unavailable) => "provider_unavailable",
        Err(RefreshError::StoreUnavailable) => "store_unavailable",
    }
}
