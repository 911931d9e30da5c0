//! The interface of stores of your own that several nodes share.

use std::time::Duration;

use async_trait::async_trait;
use revocation_list::Log;
use storage::Unavailable;

use super::SessionStore;
use crate::Handle;

/// A lock, released when it is dropped, and when its node dies.
pub type Lock = Box<dyn Send + Sync>;

/// A [`SessionStore`] that several nodes share without Redis. It also has the list of revoked
/// sessions ([`Log`]), and sees to it that one node at a time refreshes the tokens of a session.
/// Pass it to [`crate::Sessions::open_shared`].
#[async_trait]
pub trait SharedStore: SessionStore + Log {
    /// Waits until this node alone has the lock of this session. The caller gives up after a time.
    ///
    /// # Errors
    /// If the store is unavailable.
    async fn lock(&self, handle: Handle) -> Result<Lock, Unavailable>;

    /// Notes for this time, even if this node dies, that the refresh token after so many refreshes
    /// may be spent. `None`: deletes the note.
    ///
    /// # Errors
    /// If the store is unavailable.
    async fn note_refresh(
        &self,
        handle: Handle,
        refresh_count: Option<u64>,
        lifetime: Duration,
    ) -> Result<(), Unavailable>;

    /// Returns the note of [`Self::note_refresh`].
    ///
    /// # Errors
    /// If the store is unavailable.
    async fn noted_refresh(&self, handle: Handle) -> Result<Option<u64>, Unavailable>;
}
