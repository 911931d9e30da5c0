//! The refresh of one session's tokens, which goes on if its request is cancelled.

use std::{collections::HashSet, sync::Arc, time::Duration};

use ::metrics::counter;
use oidc_client::{Background, Client};
use parking_lot::Mutex;
use storage::Clock;

use super::{
    flight::{Outcome, label},
    request::request_refresh,
};
use crate::{
    Audience, EndReason, Handle, Refusal, RoleSource, SessionTokens, UserSession,
    change::{By, Change},
    events, metrics,
    nodes::{Alone, Lease, Leases},
    stores::{SaveError, Store},
};

/// Pause between two attempts to store tokens.
const SAVE_INTERVAL: Duration = Duration::from_millis(200);
/// Pause between two reads of the tokens of another node.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// The refresh of a session's tokens, with the services that it uses.
pub(crate) struct RefreshTask {
    pub(crate) provider: Arc<Client>,
    pub(crate) store: Arc<Store>,
    /// The name of this node.
    pub(crate) node: String,
    /// The leases that nodes share.
    pub(crate) leases: Option<Arc<dyn Leases>>,
    pub(crate) background: Background,
    pub(crate) clock: Clock,
    pub(crate) role_source: Option<Arc<dyn RoleSource>>,
    /// Sessions whose new tokens are not stored yet.
    pub(crate) unsaved: Mutex<HashSet<Handle>>,
}

impl RefreshTask {
    /// Returns the session with a newer access token than `session` has: that of a concurrent
    /// refresh, or from the provider. `by`: the request, e.g. `GET /api/profile`.
    pub(super) async fn run(
        self: Arc<Self>,
        handle: Handle,
        session: Arc<UserSession>,
        audience: Option<&Audience>,
        by: String,
    ) -> Outcome {
        if self.unsaved.lock().contains(&handle) {
            return Err(Refusal::StoreUnavailable);
        }
        let lease: Box<dyn Lease> = match &self.leases {
            Some(leases) => leases.take_lease(handle, &self.background).await?,
            None => Box::new(Alone),
        };
        if let Some(reason) = self.store.revoked(handle, &session)? {
            return Err(Refusal::Ended(reason));
        }
        let newest = self.newest_after_others(handle, &session, &*lease).await?;
        // A request with old tokens gets the new ones.
        if newest.tokens.are_newer_than(&session.tokens, audience)
            && newest.tokens.are_valid(self.clock.now(), audience)
        {
            counter!(metrics::OLD_TOKEN_REQUESTS).increment(1);
            return Ok(newest);
        }
        let own_refreshes = newest.tokens.own_refresh_count();
        let refresh = self.refresh_and_store(handle, newest, audience, by.clone(), lease);
        let outcome = refresh.await;
        // A token for an API is nothing that the page shows.
        if let Ok(refreshed) = &outcome
            && refreshed.tokens.own_refresh_count() > own_refreshes
        {
            let by = By {
                request: by,
                node: self.node.clone(),
                at: refreshed.tokens.issued_at,
            };
            let change = Change::TokensRefreshed(by);
            self.store.notify(handle, &session.user.id, change);
        }
        counter!(metrics::REFRESHES, "outcome" => label(&outcome)).increment(1);
        outcome
    }

    /// Returns the newest version of the session. Waits for a node that may have spent its refresh
    /// token.
    async fn newest_after_others(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        lease: &dyn Lease,
    ) -> Result<Arc<UserSession>, Refusal> {
        loop {
            let newest = self.store.newest(handle, session).await?;
            let newest = newest.ok_or_else(|| self.ended(handle, session))?;
            if !lease.is_noted(newest.tokens.refresh_count).await? {
                return Ok(newest);
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }

    async fn refresh_and_store(
        self: &Arc<Self>,
        handle: Handle,
        session: Arc<UserSession>,
        audience: Option<&Audience>,
        by: String,
        lease: Box<dyn Lease>,
    ) -> Outcome {
        lease.note(session.tokens.refresh_count).await?;
        let roles = self.role_source.as_deref();
        let refresh = request_refresh(&self.provider, &session, by, &self.clock, roles, audience);
        let mut tokens = match refresh.await {
            Ok(tokens) => tokens,
            Err(error) => {
                lease.clear_note().await;
                if error == Refusal::Ended(EndReason::Refused) {
                    tracing::warn!("session ended: the provider refused its refresh token");
                    return self.end(handle, &session, EndReason::Refused).await;
                }
                return Err(error);
            }
        };
        let kept = self.keep_what_fits(handle, &session, &mut tokens, audience);
        match kept.await {
            Ok(kept) => {
                lease.clear_note().await;
                let Some(kept) = kept else {
                    return self.discard(tokens, handle, &session);
                };
                // Without its token if the provider refused it, or if it did not fit.
                if kept.tokens.are_newer_than(&session.tokens, audience) {
                    Ok(kept)
                } else {
                    Err(Refusal::ProviderUnavailable)
                }
            }
            Err(SaveError::TooLarge(error)) => {
                tracing::error!(%error, "session ended: its new tokens do not fit");
                lease.clear_note().await;
                self.provider.revoke_in_background(tokens.refresh_token);
                self.end(handle, &session, EndReason::Ended).await
            }
            Err(SaveError::Unavailable(error)) => {
                tracing::error!(%error, "new tokens are kept in memory until they can be stored");
                self.unsaved.lock().insert(handle);
                let save = Arc::clone(self).save(handle, tokens, session, lease);
                self.background.spawn(save);
                Err(Refusal::StoreUnavailable)
            }
        }
    }

    /// Stores new tokens; `None` if the session was revoked. The check comes after the write, so a
    /// later revocation sees these tokens and revokes them too.
    async fn keep(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &SessionTokens,
    ) -> Result<Option<Arc<UserSession>>, SaveError> {
        let kept = self.store.keep_tokens(handle, session, tokens).await?;
        // Unknown counts as alive: the request checks again.
        let ended = matches!(self.store.revoked(handle, session), Ok(Some(_)));
        Ok(kept.filter(|_| !ended))
    }

    /// As [`Self::keep`], without the tokens of APIs that do not fit into the session's cookies:
    /// other APIs' first.
    async fn keep_what_fits(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &mut SessionTokens,
        audience: Option<&Audience>,
    ) -> Result<Option<Arc<UserSession>>, SaveError> {
        loop {
            match self.keep(handle, session, tokens).await {
                Err(SaveError::TooLarge(error)) if tokens.remove_api_token(audience) => {
                    tracing::warn!(%error, "the token of an API does not fit into the session");
                }
                kept => return kept,
            }
        }
    }

    /// Ends a session that cannot get new tokens.
    pub(super) async fn end<T>(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        reason: EndReason,
    ) -> Result<T, Refusal> {
        self.store
            .revoke_and_delete(handle, session, reason)
            .await?;
        events::session_ended(Some(handle), Some(&session.user.id), reason);
        Err(Refusal::Ended(reason))
    }

    /// Tries to store the tokens until that succeeds or the session has timed out. Holds the lease
    /// until then, so that no other node sends the spent refresh token.
    async fn save(
        self: Arc<Self>,
        handle: Handle,
        tokens: SessionTokens,
        session: Arc<UserSession>,
        lease: Box<dyn Lease>,
    ) {
        let kept = loop {
            tokio::time::sleep(SAVE_INTERVAL).await;
            match self.keep(handle, &session, &tokens).await {
                Ok(kept) => break kept,
                Err(_) if self.is_timed_out(handle, &session) => break None,
                Err(_) => {}
            }
        };
        lease.clear_note().await;
        self.unsaved.lock().remove(&handle);
        match kept {
            Some(_) => tracing::info!("new tokens are stored"),
            None => drop(self.provider.revoke_in_background(tokens.refresh_token)),
        }
    }

    /// Revokes the tokens of a session that ended during the refresh.
    fn discard(&self, tokens: SessionTokens, handle: Handle, session: &UserSession) -> Outcome {
        self.provider.revoke_in_background(tokens.refresh_token);
        Err(self.ended(handle, session))
    }

    /// Returns the refusal for a session that ended during the refresh.
    fn ended(&self, handle: Handle, session: &UserSession) -> Refusal {
        match self.store.end_reason(handle, session) {
            Ok(reason) => Refusal::Ended(reason.unwrap_or_default()),
            Err(error) => error.into(),
        }
    }

    fn is_timed_out(&self, handle: Handle, session: &UserSession) -> bool {
        let reason = self.store.end_reason(handle, session);
        reason.is_ok_and(|reason| reason.is_some_and(EndReason::is_timeout))
    }
}
