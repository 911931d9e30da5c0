//! The renewal of one session's tokens, which goes on when the request that began it is gone.

use std::{collections::HashSet, sync::Arc, time::Duration};

use ::metrics::counter;
use backon::{ExponentialBuilder, Retryable};
use parking_lot::Mutex;

use super::{Outcome, RefreshError, lease::Lease};
use crate::{
    background::Background,
    clock::Clock,
    events::{self, EndedBy, Subject},
    metrics,
    oidc::{Client, TokenError, Tokens},
    session::{
        Handle, UserSession,
        event_streams::Change,
        revocation::Reason,
        stores::{CreateError, Life, Store},
    },
    storage::{Unavailable, redis::Redis},
};

/// How often tokens that the store did not take are offered to it again.
const SAVE_EVERY: Duration = Duration::from_millis(200);
/// How often somebody who waits for another node's tokens looks for them.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What a renewal works with.
pub(in crate::session) struct Renewal {
    pub(in crate::session) provider: Arc<Client>,
    pub(in crate::session) store: Store,
    /// The Redis whose nodes renew one at a time.
    pub(in crate::session) redis: Option<Arc<Redis>>,
    pub(in crate::session) background: Background,
    pub(in crate::session) clock: Clock,
    /// Sessions whose new tokens the store has not taken yet.
    pub(in crate::session) unsaved: Mutex<HashSet<Handle>>,
}

impl Renewal {
    /// The session with newer tokens than `session` has: somebody else's, or the provider's. `by`
    /// is the request that asked, e.g. `GET /api/profile`.
    pub(super) async fn run(
        self: Arc<Self>,
        handle: Handle,
        session: Arc<UserSession>,
        by: String,
    ) -> Outcome {
        if self.unsaved.lock().contains(&handle) {
            return Err(RefreshError::StoreUnavailable);
        }
        let lease = Lease::take(self.redis.as_ref(), handle, &self.background).await?;
        if let Life::Ended(_) = self.store.life(handle, &session)? {
            return Err(RefreshError::Ended);
        }
        let newest = self.settled(handle, &session, &lease).await?;
        // Who comes late with the old tokens is served the new ones.
        if newest.tokens.renewals > session.tokens.renewals
            && newest.tokens.access_token_expires_at > self.clock.now()
        {
            counter!(metrics::LATE_COMERS).increment(1);
            return Ok(newest);
        }
        let outcome = self.renew_and_keep(handle, newest, by.clone(), lease).await;
        if let Ok(renewed) = &outcome {
            let by = self.store.streams.by(by, renewed.tokens.issued_at);
            (self.store.streams).tell(handle, &session.user.id, Change::Renewed(by));
        }
        counter!(metrics::REFRESHES, "outcome" => label(&outcome)).increment(1);
        outcome
    }

    /// The newest version of the session, once nobody is about to replace its tokens: a token that
    /// another node may have spent is not sent while that node lives.
    async fn settled(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        lease: &Lease,
    ) -> Result<Arc<UserSession>, RefreshError> {
        loop {
            let newest = self.store.newest(handle, session).await?;
            let newest = newest.ok_or(RefreshError::Ended)?;
            if !lease.is_noted(newest.tokens.renewals).await? {
                return Ok(newest);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn renew_and_keep(
        self: &Arc<Self>,
        handle: Handle,
        session: Arc<UserSession>,
        by: String,
        lease: Lease,
    ) -> Outcome {
        lease.note(session.tokens.renewals).await?;
        let tokens = match self.ask(&session, by).await {
            Ok(tokens) => tokens,
            Err(error) => {
                lease.settle().await;
                if error == RefreshError::Refused {
                    tracing::warn!("session ended: the provider refused its refresh token");
                    return self.end(handle, &session).await;
                }
                return Err(error);
            }
        };
        match self.keep(handle, &session, &tokens).await {
            Ok(kept) => {
                lease.settle().await;
                kept.map_or_else(|| self.discard(tokens), Ok)
            }
            Err(CreateError::TooLarge(error)) => {
                tracing::error!(%error, "session ended: its new tokens do not fit");
                lease.settle().await;
                drop(self.discard(tokens));
                self.end(handle, &session).await
            }
            Err(CreateError::Unavailable(error)) => {
                tracing::error!(%error, "new tokens are held until the session store takes them");
                self.unsaved.lock().insert(handle);
                let save = Arc::clone(self).save(handle, tokens, session, lease);
                self.background.spawn(save);
                Err(RefreshError::StoreUnavailable)
            }
        }
    }

    /// Keeps new tokens; `None` when the session has ended meanwhile. Looked at afterwards: who
    /// ends it from then on finds them, and revokes them.
    async fn keep(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &Tokens,
    ) -> Result<Option<Arc<UserSession>>, CreateError> {
        let kept = self.store.keep_tokens(handle, session, tokens).await?;
        // Unknown is no: whether the list can be read is for the request to say.
        let ended = matches!(self.store.life(handle, session), Ok(Life::Ended(_)));
        Ok(kept.filter(|_| !ended))
    }

    /// Ends a session that can get no tokens any more.
    pub(super) async fn end<T>(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
    ) -> Result<T, RefreshError> {
        self.store.end(handle, session, Reason::Ended).await?;
        let who = Subject::new(&handle, &session.user.id);
        events::session_ended(who, EndedBy::RefusedRefresh);
        Err(RefreshError::Refused)
    }

    /// Asks the provider: three tries with jitter. Only `invalid_grant` ends a session.
    async fn ask(&self, session: &UserSession, by: String) -> Result<Tokens, RefreshError> {
        let tokens = &session.tokens;
        let Some(refresh_token) = &tokens.refresh_token else {
            return Err(RefreshError::Refused);
        };
        let retries = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(100))
            .with_max_times(2)
            .with_jitter();
        let renewed = (|| self.provider.refresh(refresh_token, &session.user.id))
            .retry(retries)
            .when(|error| matches!(error, TokenError::Unavailable(_)))
            .await;
        match renewed {
            Ok(renewed) => Ok(Tokens {
                // Without rotation the old one stays good (RFC 6749 section 6).
                refresh_token: renewed
                    .refresh_token
                    .or_else(|| Some(refresh_token.clone())),
                // Kept only where it was from the start.
                id_token: tokens
                    .id_token
                    .as_ref()
                    .and_then(|old| renewed.id_token.or_else(|| Some(old.clone()))),
                renewals: tokens.renewals + 1,
                renewed_by: Some(by),
                ..renewed
            }),
            Err(TokenError::InvalidGrant) => Err(RefreshError::Refused),
            Err(TokenError::NotOurs(error, unused)) => {
                tracing::error!(%error, "renewed tokens are refused: they are not the session's");
                self.provider.revoke_in_background(unused.refresh_token);
                Err(RefreshError::Refused)
            }
            Err(error) => {
                tracing::warn!(%error, "access token not refreshed; the session is kept");
                Err(RefreshError::Unavailable)
            }
        }
    }

    /// Offers the tokens to the store until it takes them, or the session would be over anyway. The
    /// lease is held meanwhile: nobody else may send the token that they replace.
    async fn save(
        self: Arc<Self>,
        handle: Handle,
        tokens: Tokens,
        session: Arc<UserSession>,
        lease: Lease,
    ) {
        let kept = loop {
            tokio::time::sleep(SAVE_EVERY).await;
            match self.keep(handle, &session, &tokens).await {
                Ok(kept) => break kept,
                Err(_) if self.store.life(handle, &session).ok() != Some(Life::Expired) => {}
                Err(_) => break None,
            }
        };
        lease.settle().await;
        self.unsaved.lock().remove(&handle);
        match kept {
            Some(_) => tracing::info!("held tokens were taken by the session store"),
            None => drop(self.discard(tokens)),
        }
    }

    /// The session ended meanwhile: these tokens are of no use to anybody.
    fn discard(&self, tokens: Tokens) -> Outcome {
        self.provider.revoke_in_background(tokens.refresh_token);
        Err(RefreshError::Ended)
    }
}

impl From<Unavailable> for RefreshError {
    /// Logs the cause, which the answer keeps to itself.
    fn from(error: Unavailable) -> Self {
        tracing::error!(%error, "access token not refreshed; the session is kept");
        Self::StoreUnavailable
    }
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
