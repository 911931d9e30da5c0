//! The store of sessions, as the rest of the crate uses it.

use std::{num::NonZeroUsize, sync::Arc};

use jiff::Timestamp;
use revocation_list::{Revocation, RevocationList, Scope};
use storage::Clock;

use super::{
    SaveError, SessionParts, StoreResult, StoredSession, WriteOutcome, backend::SessionBackend,
};
use crate::{
    EndReason, Handle, SessionTokens, Timeouts, UserSession,
    change::{Change, Observer},
};

/// The sessions of this process, shared by its workers.
pub struct Store {
    pub(crate) backend: Box<dyn SessionBackend>,
    pub(crate) revocations: Arc<RevocationList>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) timeouts: Timeouts,
    /// Concurrent sessions of one user.
    pub(crate) limit: NonZeroUsize,
    pub(crate) clock: Clock,
}

impl Store {
    /// Returns the session from its cookies or a cache, without I/O, and `true` if it was cached.
    pub fn find_without_io(
        &self,
        handle: Handle,
        cookies: &dyn SessionParts,
    ) -> Option<(Arc<UserSession>, bool)> {
        self.backend.find_without_io(handle, cookies)
    }

    /// Returns the session in these cookies, or `None` if the server stores sessions.
    pub fn session_in_cookies(
        &self,
        handle: Handle,
        cookies: &dyn SessionParts,
    ) -> Option<Arc<UserSession>> {
        self.backend.session_in_cookies(handle, cookies)
    }

    /// Returns a stored session, from the cache if it is there.
    pub async fn find(&self, handle: Handle) -> StoreResult<Option<Arc<UserSession>>> {
        match self.backend.cached(handle) {
            Some(session) => Ok(Some(session)),
            None => self.load(handle).await,
        }
    }

    /// Returns a session from the store, not from the cache.
    pub async fn load(&self, handle: Handle) -> StoreResult<Option<Arc<UserSession>>> {
        self.backend.load(handle).await
    }

    /// Returns the newest version of a session, or `None` if it was deleted.
    pub async fn newest(
        &self,
        handle: Handle,
        held: &Arc<UserSession>,
    ) -> StoreResult<Option<Arc<UserSession>>> {
        self.backend.newest(handle, held).await
    }

    /// Stores a new session. Ends and returns those of its user beyond the limit, the least
    /// recently used first.
    ///
    /// # Errors
    /// If the store is unavailable, or the session does not fit into cookies.
    pub async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> Result<Vec<StoredSession>, SaveError> {
        let surplus = self.backend.create(handle, session, self.limit).await?;
        let user = &session.user.id;
        self.observer.changed(handle, user, Change::Began);
        for (handle, session) in &surplus {
            let reason = EndReason::LimitReached;
            self.note_end(*handle, session, reason).await;
            self.observer.changed(*handle, user, Change::Ended);
        }
        Ok(surplus)
    }

    /// Replaces version `session.version - 1` by this one.
    pub async fn replace(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> StoreResult<WriteOutcome> {
        self.backend.replace(handle, session).await
    }

    /// Records that the session was used now. Returns its new version, or `None` if it was deleted.
    pub async fn touch(
        &self,
        handle: Handle,
        session: Arc<UserSession>,
        now: Timestamp,
    ) -> Option<Arc<UserSession>> {
        self.backend.touch(handle, session, now).await
    }

    /// Stores new tokens, unless the stored ones were refreshed as often. Returns the stored
    /// version, or `None` if the session was deleted.
    ///
    /// # Errors
    /// If the store is unavailable, or the session does not fit into cookies any more.
    pub async fn keep_tokens(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &SessionTokens,
    ) -> Result<Option<Arc<UserSession>>, SaveError> {
        self.backend.keep_tokens(handle, session, tokens).await
    }

    /// Returns the version for a request that has `own`, after a concurrent refresh to `newer`.
    pub(crate) fn merge_refreshed(
        &self,
        own: &Arc<UserSession>,
        newer: Arc<UserSession>,
    ) -> Arc<UserSession> {
        self.backend.merge_refreshed(own, newer)
    }

    /// Sends the browser the newest version of a session in cookies, unless it sent that version
    /// (`arrived`) or the session ended during the request. Returns `true` if it was sent.
    ///
    /// # Errors
    /// If the session cannot be sealed.
    pub fn send(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        arrived: Option<u64>,
        cookies: &mut dyn SessionParts,
    ) -> anyhow::Result<bool> {
        let Some(newest) = self.backend.version_to_send(handle, session, arrived) else {
            return Ok(false);
        };
        if !matches!(self.end_reason(handle, &newest), Ok(None)) {
            return Ok(false);
        }
        self.backend.send(handle, &newest, cookies).map(|()| true)
    }

    /// Revokes and deletes a session, also against concurrent writes (ASVS 7.4.1). Returns its last
    /// version.
    ///
    /// # Errors
    /// If it could not be revoked. The session is still alive.
    pub async fn revoke_and_delete(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        reason: EndReason,
    ) -> StoreResult<Arc<UserSession>> {
        self.revoke(handle, session, reason).await?;
        Ok(self.delete(handle, session).await)
    }

    /// Deletes a session that has ended, and returns its last version. If the store is unavailable,
    /// the session expires there.
    pub async fn delete(&self, handle: Handle, session: &Arc<UserSession>) -> Arc<UserSession> {
        let user = &session.user.id;
        self.observer.changed(handle, user, Change::Ended);
        match self.backend.delete(handle, session).await {
            Ok(last) => last.unwrap_or_else(|| Arc::clone(session)),
            Err(error) => {
                tracing::warn!(%error, "an ended session was not deleted; it will expire");
                Arc::clone(session)
            }
        }
    }

    /// Returns the stored sessions of a user, or only `current` if they cannot be listed.
    pub async fn sessions_of(
        &self,
        user: &str,
        current: StoredSession,
    ) -> StoreResult<Vec<StoredSession>> {
        self.backend.sessions_of(user, current).await
    }

    /// Records the end reason of a deleted session, for later requests with its cookie.
    pub async fn note_end(&self, handle: Handle, session: &UserSession, reason: EndReason) {
        if let Err(error) = self.revoke(handle, session, reason).await {
            tracing::warn!(%error, "the reason for the end of a session was not recorded");
        }
    }

    /// Notifies the observer of a change that was not made through this store.
    pub(crate) fn notify(&self, handle: Handle, user: &str, change: Change) {
        self.observer.changed(handle, user, change);
    }

    async fn revoke(
        &self,
        handle: Handle,
        session: &UserSession,
        reason: EndReason,
    ) -> StoreResult<()> {
        // `ends_at`, because a longer timeout of later settings must not outlive the revocation.
        let scope = Scope::session(handle);
        let revocation = Revocation::new(scope, reason.number(), session.ends_at);
        self.revocations.add(revocation).await.map(|_| ())
    }
}
