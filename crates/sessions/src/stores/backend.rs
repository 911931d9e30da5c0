//! The interface of the two ways to keep sessions: in the browser's cookies, or in a store of the
//! server.

use std::{num::NonZeroUsize, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{SaveError, StoreResult, StoredSession, WriteOutcome};
use crate::{Handle, SessionTokens, UserSession};

/// The cookies of one request and its response, by the parts of sealed sessions.
pub trait SessionParts {
    /// Returns part `index` of the session with this handle, as the request brought it.
    fn part(&self, handle: Handle, index: usize) -> Option<&str>;

    /// Lets the response set these parts, and remove all others of this session.
    fn set_parts(&mut self, handle: Handle, parts: Vec<String>);
}

#[async_trait]
pub(crate) trait SessionBackend: Send + Sync {
    /// Returns the session if that takes no I/O, and whether it was cached.
    fn find_without_io(
        &self,
        handle: Handle,
        cookies: &dyn SessionParts,
    ) -> Option<(Arc<UserSession>, bool)>;

    /// Returns the session that is contained in the cookies.
    fn session_in_cookies(
        &self,
        handle: Handle,
        cookies: &dyn SessionParts,
    ) -> Option<Arc<UserSession>>;

    /// Returns the version that the browser must get, if it sent version `arrived`.
    fn version_to_send(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        arrived: Option<u64>,
    ) -> Option<Arc<UserSession>>;

    fn send(
        &self,
        handle: Handle,
        session: &UserSession,
        cookies: &mut dyn SessionParts,
    ) -> anyhow::Result<()>;

    /// Returns the session that a renewal elsewhere brought, for a request that has `mine`.
    fn merge_refreshed(&self, own: &Arc<UserSession>, newer: Arc<UserSession>) -> Arc<UserSession>;

    fn cached(&self, handle: Handle) -> Option<Arc<UserSession>>;

    async fn load(&self, handle: Handle) -> StoreResult<Option<Arc<UserSession>>>;

    async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
        limit: NonZeroUsize,
    ) -> Result<Vec<StoredSession>, SaveError>;

    /// Replaces the version before this one.
    async fn replace(&self, handle: Handle, session: &UserSession) -> StoreResult<WriteOutcome>;

    /// Notes that the session was used. Returns its new version, or `None` if it was deleted. A
    /// failure to write is only logged: the next use writes it.
    async fn touch(
        &self,
        handle: Handle,
        session: Arc<UserSession>,
        now: Timestamp,
    ) -> Option<Arc<UserSession>>;

    /// Returns the newest version of a session, or `None` if it was deleted.
    async fn newest(
        &self,
        handle: Handle,
        held: &Arc<UserSession>,
    ) -> StoreResult<Option<Arc<UserSession>>>;

    /// Stores new tokens, unless tokens that were renewed as often are there. Returns the session
    /// as it is now, or `None` if it was deleted.
    async fn keep_tokens(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &SessionTokens,
    ) -> Result<Option<Arc<UserSession>>, SaveError>;

    /// Deletes a session that was revoked, and returns its last version.
    async fn delete(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
    ) -> StoreResult<Option<Arc<UserSession>>>;

    /// Returns the sessions of a user, or only `current` if they cannot be listed.
    async fn sessions_of(
        &self,
        user: &str,
        current: StoredSession,
    ) -> StoreResult<Vec<StoredSession>>;
}
