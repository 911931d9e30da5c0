//! The interface of server-side stores.

use std::{num::NonZeroUsize, sync::Arc};

use async_trait::async_trait;
use storage::Unavailable;

use crate::{Handle, UserSession};

/// A session and its handle.
pub type StoredSession = (Handle, Arc<UserSession>);

/// The outcome of [`SessionStore::replace`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WriteOutcome {
    /// The store contains the new version.
    Written,
    /// The session was deleted. Nothing was written.
    Deleted,
    /// Another version was there already. Nothing was written.
    Outdated,
}

/// A server-side store of sessions. The crate has two, in SQLite and in Redis. Implement it to
/// store sessions in a database of your own, and pass it to [`crate::Sessions::open_with`].
///
/// Check it with `sessions::testing::check_store` (feature `testing`). If several nodes share it
/// without Redis, implement [`super::SharedStore`] as well; `examples/postgres` does.
///
/// A store only stores versions; the crate does revocation, timeouts, refreshes and events. It may
/// delete a session some time after its end, see [`UserSession::kept_until`]. A [`UserSession`]
/// contains tokens; encrypt it if others can read the store.
///
/// A complete store in memory:
///
/// ```
#[doc = include_str!("../../examples/own_store.rs")]
/// ```
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Returns the session if that takes no I/O and it is current. Called at every request.
    fn cached(&self, handle: Handle) -> Option<Arc<UserSession>> {
        let _ = handle;
        None
    }

    /// Returns the session, or `None` if there is none.
    ///
    /// # Errors
    /// If the store is unavailable. Return the error within a second.
    async fn load(&self, handle: Handle) -> Result<Option<Arc<UserSession>>, Unavailable>;

    /// Adds a session. Deletes and returns those of its user beyond `limit`, the least recently
    /// used first.
    ///
    /// # Errors
    /// If the store is unavailable.
    async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
        limit: NonZeroUsize,
    ) -> Result<Vec<StoredSession>, Unavailable>;

    /// Replaces version `session.version - 1` by this one, atomically (compare and set). Never adds
    /// a session.
    ///
    /// # Errors
    /// If the store is unavailable. The session may have been written.
    async fn replace(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> Result<WriteOutcome, Unavailable>;

    /// Records that the session was used, for a store whose [`Self::create`] needs more than
    /// `session.last_seen_at`.
    ///
    /// # Errors
    /// If the store is unavailable.
    async fn note_use(&self, handle: Handle, session: &UserSession) -> Result<(), Unavailable> {
        let _ = (handle, session);
        Ok(())
    }

    /// Deletes the session of this user, and returns its last version.
    ///
    /// # Errors
    /// If the store is unavailable.
    async fn delete(
        &self,
        handle: Handle,
        user: &str,
    ) -> Result<Option<Arc<UserSession>>, Unavailable>;

    /// Returns the handles of a user's sessions. Some may have been deleted.
    ///
    /// # Errors
    /// If the store is unavailable.
    async fn handles_of(&self, user: &str) -> Result<Vec<Handle>, Unavailable>;
}
