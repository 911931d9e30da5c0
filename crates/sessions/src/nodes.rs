//! What several nodes share beside the sessions: who renews tokens, the renewed tokens that cookies
//! do not contain yet, and events.

use std::time::Duration;

use async_trait::async_trait;
use oidc_client::Background;

use crate::{Handle, SessionTokens, stores::StoreResult};

#[async_trait]
pub(crate) trait Nodes: Send + Sync {
    /// Waits until this node alone may renew the tokens of the session.
    async fn take_lease(
        &self,
        handle: Handle,
        background: &Background,
    ) -> StoreResult<Box<dyn Lease>>;

    /// Returns the renewed tokens of a client-side session.
    async fn refreshed_tokens(&self, handle: Handle) -> StoreResult<Refreshed>;

    /// Keeps renewed tokens for this time, unless tokens that were renewed as often are there.
    /// Returns what is there now.
    async fn keep_refreshed_tokens(
        &self,
        handle: Handle,
        tokens: &SessionTokens,
        lifetime: Duration,
    ) -> StoreResult<Refreshed>;

    /// Puts the mark of an ended session in the place of its renewed tokens, and returns those.
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
    /// Records that the refresh token after this number of `renewals` is about to be sent.
    async fn note(&self, refresh_count: u64) -> StoreResult<()>;

    /// Returns whether there is a note that another holder sent this refresh token or a later one.
    async fn is_noted(&self, refresh_count: u64) -> StoreResult<bool>;

    /// Deletes the note: the attempt is over.
    async fn clear_note(&self);
}

/// The lease of a single node, which needs none.
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

/// The renewed tokens of a client-side session that all nodes know of.
pub(crate) enum Refreshed {
    None,
    Tokens(SessionTokens),
    /// The session has ended. This mark may arrive before the revocation.
    Ended,
}
