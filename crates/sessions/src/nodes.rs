//! The state that several nodes share besides the sessions: leases of refreshes, refreshed tokens
//! and data that cookies do not contain yet, and events.

use std::time::Duration;

use async_trait::async_trait;
use oidc_client::Background;

use crate::{
    Handle, SessionTokens,
    session_data::SessionData,
    stores::{StoreResult, WriteOutcome},
};

/// Longest wait for a lease: longer than the provider may take, with retries.
pub(crate) const LEASE_WAIT: Duration = Duration::from_secs(40);
/// Lifetime of a lease's note that its holder does not extend.
pub(crate) const NOTE_LIFETIME: Duration = Duration::from_secs(5);

/// The leases of refreshes.
#[async_trait]
pub(crate) trait Leases: Send + Sync {
    /// Waits for the lease of a refresh of this session's tokens.
    async fn take_lease(
        &self,
        handle: Handle,
        background: &Background,
    ) -> StoreResult<Box<dyn Lease>>;
}

#[async_trait]
pub(crate) trait Nodes: Leases {
    /// Returns the refreshed tokens of a client-side session.
    async fn refreshed_tokens(&self, handle: Handle) -> StoreResult<Refreshed>;

    /// Stores refreshed tokens for this time, unless those there were refreshed as often. Returns
    /// the stored tokens.
    async fn keep_refreshed_tokens(
        &self,
        handle: Handle,
        tokens: &SessionTokens,
        lifetime: Duration,
    ) -> StoreResult<Refreshed>;

    /// Returns the changed data of a client-side session.
    async fn changed_data(&self, handle: Handle) -> StoreResult<Option<SessionData>>;

    /// Stores data for this time if they were changed more often than those there.
    async fn keep_changed_data(
        &self,
        handle: Handle,
        data: &SessionData,
        lifetime: Duration,
    ) -> StoreResult<WriteOutcome>;

    /// Replaces the refreshed tokens by the mark of an ended session, and returns them. Deletes the
    /// changed data.
    async fn end_refreshed_tokens(
        &self,
        handle: Handle,
        lifetime: Duration,
    ) -> StoreResult<Refreshed>;

    /// Sends a message to the event streams of all nodes, this one included, in the background. It
    /// may be lost.
    fn publish(&self, message: Vec<u8>);

    async fn check(&self) -> StoreResult<()>;
}

/// The right to refresh the tokens of one session, released when dropped.
///
/// Its holder first notes which refresh token it sends: from then on the token may be spent, even
/// if the response is lost. The note outlives the lease. The next holder with the same token waits
/// until new tokens appear, or the note expires because its writer is dead.
#[async_trait]
pub(crate) trait Lease: Send + Sync {
    /// Records that the refresh token after this number of refreshes is about to be sent.
    async fn note(&self, refresh_count: u64) -> StoreResult<()>;

    /// Returns `true` if another holder noted that it sent this refresh token or a later one.
    async fn is_noted(&self, refresh_count: u64) -> StoreResult<bool>;

    /// Deletes the note: the attempt is over.
    async fn clear_note(&self);
}

/// The lease of a single node, which does nothing.
pub(crate) struct Alone;

#[async_trait]
impl Lease for Alone {
    async fn note(&self, _: u64) -> StoreResult<()> {
        Ok(())
    }

    async fn is_noted(&self, _: u64) -> StoreResult<bool> {
        Ok(false)
    }

    async fn clear_note(&self) {}
}

/// The refreshed tokens of a client-side session, as the nodes share them.
pub(crate) enum Refreshed {
    None,
    Tokens(SessionTokens),
    /// The session has ended. This mark may arrive before the revocation.
    Ended,
}
