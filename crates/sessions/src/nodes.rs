//! What several nodes share beside the sessions: who renews tokens, the renewed tokens that cookies
//! do not contain yet, and events.

use std::time::Duration;

use async_trait::async_trait;
use oidc_client::Background;
use storage::Unavailable;

use crate::{Handle, SessionTokens};

#[async_trait]
pub(crate) trait Nodes: Send + Sync {
    /// Waits until this node alone may renew the tokens of the session.
    async fn take_lease(
        &self,
        handle: Handle,
        background: &Background,
    ) -> Result<Box<dyn Lease>, Unavailable>;

    /// Returns the renewed tokens of a client-side session.
    async fn renewed_tokens(&self, handle: Handle) -> Result<Renewed, Unavailable>;

    /// Keeps renewed tokens for this time, unless tokens that were renewed as often are there.
    /// Returns what is there now.
    async fn keep_renewed_tokens(
        &self,
        handle: Handle,
        tokens: &SessionTokens,
        lifetime: Duration,
    ) -> Result<Renewed, Unavailable>;

    /// Puts the mark of an ended session in the place of its renewed tokens, and returns those.
    async fn end_renewed_tokens(
        &self,
        handle: Handle,
        lifetime: Duration,
    ) -> Result<Renewed, Unavailable>;

    /// Sends a message to the event streams of all nodes, this one included, in the background. It
    /// may be lost.
    fn publish(&self, message: Vec<u8>);

    async fn check(&self) -> Result<(), Unavailable>;
}

/// The right to refresh the tokens of one session, released when dropped.
///
/// Its holder first notes which refresh token it sends: from then on the token may be spent, even
/// if the response is lost. The note outlives the lease. The next holder with the same token waits
/// until new tokens appear, or the note expires because its writer is dead.
#[async_trait]
pub(crate) trait Lease: Send + Sync {
    /// Records that the refresh token after this number of `renewals` is about to be sent.
    async fn note(&self, renewals: u64) -> Result<(), Unavailable>;

    /// Returns whether there is a note that another holder sent this refresh token or a later one.
    async fn is_noted(&self, renewals: u64) -> Result<bool, Unavailable>;

    /// Deletes the note: the attempt is over.
    async fn clear_note(&self);
}

/// The lease of a single node, which needs none.
pub(crate) struct Alone;

#[async_trait]
impl Lease for Alone {
    async fn note(&self, _: u64) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn is_noted(&self, _: u64) -> Result<bool, Unavailable> {
        Ok(false)
    }

    async fn clear_note(&self) {}
}

/// The renewed tokens of a client-side session that all nodes know of.
pub(crate) enum Renewed {
    None,
    Tokens(SessionTokens),
    /// The session has ended. This mark may arrive before the revocation.
    Ended,
}
