//! The session that a browser has when it signs in anew ends once the new one is safe.

use actix_web::HttpRequest;

use super::{
    FormerSession, Life, Sessions,
    request::{id_of, with_cookies},
    revocation::Reason,
};
use crate::storage::Unavailable;

impl Sessions {
    /// The session of this request, to be ended when its browser has signed in anew.
    pub fn former(&self, request: &HttpRequest) -> Option<FormerSession> {
        let handle = id_of(request, &self.ids)?.handle();
        let (held, parts) = with_cookies(request, |cookies| {
            let parts = (0..).take_while(|index| cookies.part(handle, *index).is_some());
            (self.store.held_by_browser(handle, cookies), parts.count())
        });
        Some(FormerSession::new(handle, held.as_deref(), parts))
    }

    /// Ends the session that this browser had before it signed in again, and takes its cookies.
    /// Whether that succeeds changes nothing for the new one.
    pub(super) async fn end_former(&self, request: &HttpRequest, former: FormerSession) {
        let FormerSession { handle, parts, .. } = former;
        let names = self.cookies();
        with_cookies(request, |cookies| {
            for name in (0..parts).map(|index| names.part(&handle, index)) {
                cookies.set(names.removal(name));
            }
        });
        if let Err(error) = self.try_end_former(former).await {
            tracing::warn!(%error, "the session before this sign-in lives until it expires");
        }
    }

    async fn try_end_former(&self, former: FormerSession) -> Result<(), Unavailable> {
        let handle = former.handle;
        let session = match former.held {
            Some(held) => Some(held.into()),
            None => self.store.find(handle).await?,
        };
        let Some(session) = session else {
            return Ok(());
        };
        // One that seems to be expired may have been used while the user signed in.
        if matches!(self.store.life(handle, &session)?, Life::Ended(_)) {
            return Ok(());
        }
        let last = self.store.end(handle, &session, Reason::Renewed).await?;
        self.revoke(&last);
        Ok(())
    }
}
