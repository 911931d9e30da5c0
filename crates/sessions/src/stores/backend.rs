//! The interface of the two backends: the browser's cookies, and a store of the server.

use std::{num::NonZeroUsize, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;

#[cfg(feature = "testing")]
use super::SessionStore;
use super::{SaveError, StoreResult, StoredSession, WriteOutcome};
use crate::{Device, Handle, SessionTokens, UserSession};

/// The parts of sealed sessions in the cookies of one request and its response.
pub trait SessionParts {
    /// Returns part `index` of the session with this handle from the request.
    fn part(&self, handle: Handle, index: usize) -> Option<&str>;

    /// Sets these parts in the response, and removes all others of this session.
    fn set_parts(&mut self, handle: Handle, parts: Vec<String>);

    /// Returns the part with the device of the session.
    fn device(&self, handle: Handle) -> Option<&str> {
        let _ = handle;
        None
    }
}

/// The outcome of a registration in a backend.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Bound {
    /// The stored session has this device.
    Yes,
    /// The session was deleted, or has another device.
    No,
    /// The browser stores the session.
    InCookies,
}

#[async_trait]
pub(crate) trait SessionBackend: Send + Sync {
    /// Returns the session if that takes no I/O, and `true` if it was cached.
    fn find_without_io(
        &self,
        handle: Handle,
        cookies: &dyn SessionParts,
    ) -> Option<(Arc<UserSession>, bool)>;

    /// Returns the session in the cookies, or `None` if the server stores sessions.
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

    /// Returns the version for a request that has `own`, after a concurrent refresh to `newer`.
    fn merge_refreshed(&self, own: &Arc<UserSession>, newer: Arc<UserSession>) -> Arc<UserSession>;

    fn cached(&self, handle: Handle) -> Option<Arc<UserSession>>;

    async fn load(&self, handle: Handle) -> StoreResult<Option<Arc<UserSession>>>;

    /// Returns the store of the server, for the tests of its contract.
    #[cfg(feature = "testing")]
    fn session_store(&self) -> Option<Arc<dyn SessionStore>> {
        None
    }

    async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
        limit: NonZeroUsize,
    ) -> Result<Vec<StoredSession>, SaveError>;

    /// Replaces the version before this one.
    async fn replace(&self, handle: Handle, session: &UserSession) -> StoreResult<WriteOutcome>;

    /// Records that the session was used. Returns its new version, or `None` if it was deleted. An
    /// error is only logged: the next use writes again.
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

    /// Stores new tokens, unless the stored ones were refreshed as often. Returns the stored
    /// version, or `None` if the session was deleted.
    async fn keep_tokens(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &SessionTokens,
    ) -> Result<Option<Arc<UserSession>>, SaveError>;

    /// Stores a version with newer data, if it was made from the newest.
    async fn keep_data(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> Result<WriteOutcome, SaveError>;

    /// Returns `true` if the browser stores the sessions.
    fn is_in_cookies(&self) -> bool;

    /// Binds the stored session to this device, unless it has another.
    async fn bind(&self, handle: Handle, device: &Device) -> StoreResult<Bound>;

    /// Returns `true` if the cookies of this session leave room for those of a bound one.
    fn has_room_for_device(&self, handle: Handle, session: &UserSession) -> bool {
        let _ = (handle, session);
        true
    }

    /// Seals the device for its cookie; `None` if the server stores sessions.
    fn seal_device(&self, handle: Handle, device: &Device) -> anyhow::Result<Option<String>>;

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
