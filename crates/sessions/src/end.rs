//! The end of a session by its user.

use std::{sync::Arc, time::Duration};

use storage::Unavailable;
use tokio::task::JoinHandle;

use crate::{EndReason, LiveSession, UserSession, events, state::State};

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

pub(crate) async fn end(state: &State, live: LiveSession) -> Result<Ended, Unavailable> {
    let LiveSession { handle, session } = live;
    let last = state
        .store
        .revoke_and_delete(handle, &session, EndReason::SignedOut)
        .await?;
    let revocation = revoke_token(state, &last);
    events::signed_out(handle, &session.user.id);
    Ok(Ended {
        session,
        revocation,
    })
}

/// Revokes the refresh token of a session that has ended, in the background.
pub(crate) fn revoke_token(state: &State, session: &UserSession) -> Option<JoinHandle<bool>> {
    let token = session.tokens.refresh_token.clone();
    state.provider.revoke_in_background(token)
}
