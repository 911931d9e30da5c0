//! How a session ends at the wish of whoever has it: for every node, in the store, in the browser,
//! at the provider.

use std::{sync::Arc, time::Duration};

use actix_web::HttpRequest;
use tokio::task::JoinHandle;

use super::{
    LiveSession, Sessions, UserSession,
    request::{self, NoSession},
    revocation::Reason,
};
use crate::{
    events::{self, Subject},
    storage::Unavailable,
};

/// A session that is over.
pub struct Ended {
    /// What it was.
    pub session: Arc<UserSession>,
    revocation: Option<JoinHandle<bool>>,
}

impl Ended {
    /// Whether its refresh token is revoked, as far as that is known by then; `None` when it had
    /// none.
    pub async fn is_revoked(&mut self, by: Duration) -> Option<bool> {
        let revoked = tokio::time::timeout(by, self.revocation.as_mut()?).await;
        Some(matches!(revoked, Ok(Ok(true))))
    }
}

impl Sessions {
    /// Ends the session of this request for good (ASVS 7.4.1): for every node first, then in the
    /// store and the browser, then its refresh token. Gives back what it was, for the rest of the
    /// provider's part, and whether that token is revoked; `None` when there was none.
    ///
    /// # Errors
    /// When that cannot be written down: the session is still alive, and its cookies are kept.
    pub async fn end(&self, request: &HttpRequest) -> Result<Option<Ended>, Unavailable> {
        let found = match self.find(request).await {
            Ok(found) | Err(NoSession::Expired(found)) => Some(found),
            Err(NoSession::Unavailable(error)) => return Err(error),
            Err(NoSession::None | NoSession::Ended(_)) => None,
        };
        let mut ended = None;
        if let Some(LiveSession { handle, session }) = found {
            let last = self.store.end(handle, &session, Reason::Ended).await?;
            let revocation = self.revoke(&last);
            events::signed_out(Subject::new(&handle, &session.user.id));
            ended = Some(Ended {
                session,
                revocation,
            });
        }
        self.take_cookies(request);
        Ok(ended)
    }

    /// Takes the session's cookies from the browser; the session itself is over already.
    pub(super) fn take_cookies(&self, request: &HttpRequest) {
        request::take_back(request);
        request::with_cookies(request, |cookies| cookies.remove_all(self.cookies()));
    }

    /// Revokes the refresh token of a session that is over.
    pub(super) fn revoke(&self, session: &UserSession) -> Option<JoinHandle<bool>> {
        let token = session.tokens.refresh_token.clone();
        self.provider.revoke_in_background(token)
    }
}
