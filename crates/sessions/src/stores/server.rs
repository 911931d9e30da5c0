//! The backend of sessions in a store of the server.

use std::{num::NonZeroUsize, sync::Arc};

use ::metrics::counter;
use async_trait::async_trait;
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::{
    SaveError, SessionStore, StoreResult, StoredSession, WriteOutcome,
    backend::{Bound, SessionBackend, SessionParts},
};
use crate::{Device, Handle, SessionTokens, UserSession, metrics};

/// Guarantees for every store: versions are replaced one by one, and no other write loses new
/// tokens.
pub(crate) struct ServerSessions(pub(crate) Arc<dyn SessionStore>);

#[async_trait]
impl SessionBackend for ServerSessions {
    fn find_without_io(
        &self,
        handle: Handle,
        _: &dyn SessionParts,
    ) -> Option<(Arc<UserSession>, bool)> {
        Some((self.0.cached(handle)?, true))
    }

    fn session_in_cookies(&self, _: Handle, _: &dyn SessionParts) -> Option<Arc<UserSession>> {
        None
    }

    fn version_to_send(
        &self,
        _: Handle,
        _: &Arc<UserSession>,
        _: Option<u64>,
    ) -> Option<Arc<UserSession>> {
        None
    }

    fn send(&self, _: Handle, _: &UserSession, _: &mut dyn SessionParts) -> anyhow::Result<()> {
        Ok(())
    }

    fn merge_refreshed(&self, _: &Arc<UserSession>, newer: Arc<UserSession>) -> Arc<UserSession> {
        newer
    }

    fn cached(&self, handle: Handle) -> Option<Arc<UserSession>> {
        self.0.cached(handle)
    }

    #[cfg(feature = "testing")]
    fn session_store(&self) -> Option<Arc<dyn SessionStore>> {
        Some(Arc::clone(&self.0))
    }

    async fn load(&self, handle: Handle) -> StoreResult<Option<Arc<UserSession>>> {
        self.0.load(handle).await
    }

    async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
        limit: NonZeroUsize,
    ) -> Result<Vec<StoredSession>, SaveError> {
        Ok(self.0.create(handle, session, limit).await?)
    }

    async fn replace(&self, handle: Handle, session: &UserSession) -> StoreResult<WriteOutcome> {
        let outcome = self.0.replace(handle, session).await?;
        if outcome != WriteOutcome::Written {
            counter!(metrics::WRITES_LOST).increment(1);
        }
        Ok(outcome)
    }

    async fn touch(
        &self,
        handle: Handle,
        session: Arc<UserSession>,
        now: Timestamp,
    ) -> Option<Arc<UserSession>> {
        let next = Arc::new(session.used_at(now));
        let written = match self.replace(handle, &next).await {
            Ok(WriteOutcome::Written) => {
                let noted = self.0.note_use(handle, &next).await;
                noted.map(|()| WriteOutcome::Written)
            }
            other => other,
        };
        match written {
            Ok(WriteOutcome::Written) => Some(next),
            Ok(WriteOutcome::Deleted) => None,
            Ok(WriteOutcome::Outdated) => Some(session),
            Err(error) => {
                tracing::warn!(%error, "the use of a session was not written");
                Some(session)
            }
        }
    }

    async fn newest(
        &self,
        handle: Handle,
        _: &Arc<UserSession>,
    ) -> StoreResult<Option<Arc<UserSession>>> {
        self.0.load(handle).await
    }

    async fn keep_tokens(
        &self,
        handle: Handle,
        _: &Arc<UserSession>,
        tokens: &SessionTokens,
    ) -> Result<Option<Arc<UserSession>>, SaveError> {
        while let Some(stored) = self.0.load(handle).await? {
            // Equal if an earlier attempt was written and its response was lost.
            if stored.tokens.refresh_count >= tokens.refresh_count {
                return Ok(Some(stored));
            }
            let next = Arc::new(stored.with_tokens(tokens.clone()));
            if self.replace(handle, &next).await? == WriteOutcome::Written {
                return Ok(Some(next));
            }
        }
        Ok(None)
    }

    async fn keep_data(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> Result<WriteOutcome, SaveError> {
        Ok(self.replace(handle, session).await?)
    }

    fn is_in_cookies(&self) -> bool {
        false
    }

    async fn bind(&self, handle: Handle, device: &Device) -> StoreResult<Bound> {
        while let Some(stored) = self.0.load(handle).await? {
            if let Some(other) = &stored.device {
                // Equal if the first response was lost and a proxy sent the request again.
                let is_same = other.key == device.key;
                return Ok(if is_same { Bound::Yes } else { Bound::No });
            }
            let next = stored.bound_to(device.clone());
            if self.replace(handle, &next).await? == WriteOutcome::Written {
                return Ok(Bound::Yes);
            }
        }
        Ok(Bound::No)
    }

    fn seal_device(&self, _: Handle, _: &Device) -> anyhow::Result<Option<String>> {
        Ok(None)
    }

    async fn delete(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
    ) -> StoreResult<Option<Arc<UserSession>>> {
        self.0.delete(handle, &session.user.id).await
    }

    async fn sessions_of(&self, user: &str, _: StoredSession) -> StoreResult<Vec<StoredSession>> {
        let handles = self.0.handles_of(user).await?;
        let find = async |handle: Handle| -> StoreResult<Option<StoredSession>> {
            let session = match self.0.cached(handle) {
                Some(session) => Some(session),
                None => self.0.load(handle).await?,
            };
            Ok(session.map(|session| (handle, session)))
        };
        let found = try_join_all(handles.into_iter().map(find)).await?;
        Ok(found.into_iter().flatten().collect())
    }
}
