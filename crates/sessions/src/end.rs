//! The end of a session.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinHandle;

use crate::{
    EndReason, Handle, LiveSession, UserSession, events, state::State, stores::StoreResult,
};

/// A session that has ended.
pub struct Ended {
    /// The session as it was.
    pub session: Arc<UserSession>,
    revocation: Option<JoinHandle<bool>>,
}

impl Ended {
    /// Waits at most this long for the revocation of its refresh token, and returns `true` if it is
    /// revoked. `None`: it had none.
    pub async fn is_revoked(&mut self, within: Duration) -> Option<bool> {
        let revoked = tokio::time::timeout(within, self.revocation.as_mut()?).await;
        Some(matches!(revoked, Ok(Ok(true))))
    }
}

/// Ends a session by the wish of its user.
pub(crate) async fn sign_out(state: &State, live: LiveSession) -> StoreResult<Ended> {
    let LiveSession { handle, session } = live;
    let revocation = end(state, handle, &session, EndReason::SignedOut).await?;
    events::signed_out(handle, &session.user.id);
    Ok(Ended {
        session,
        revocation,
    })
}

/// Ends a session for every node, in its store and, in the background, at the provider.
pub(crate) async fn end(
    state: &State,
    handle: Handle,
    session: &Arc<UserSession>,
    reason: EndReason,
) -> StoreResult<Option<JoinHandle<bool>>> {
    let ended = state.store.revoke_and_delete(handle, session, reason);
    Ok(revoke_token(state, &*ended.await?))
}

/// Revokes the refresh token of a session that has ended, in the background.
pub(crate) fn revoke_token(state: &State, session: &UserSession) -> Option<JoinHandle<bool>> {
    let token = session.tokens.refresh_token.clone();
    state.provider.revoke_in_background(token)
}
