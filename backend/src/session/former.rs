//! The session that a browser has when it signs in anew, and which ends once the new one is safe.
//!
//! The callback comes from the provider, without the session's cookies (`SameSite=Strict`). So the
//! login attempt says what it needs of them.

use actix_web::HttpRequest;
use serde::{Deserialize, Serialize};

use super::{
    Description, Handle, Life, Sessions, UserSession,
    request::{id_of, with_cookies},
    revocation::Reason,
};
use crate::{
    oidc::{Token, Tokens},
    storage::Unavailable,
    user::User,
};

/// Names a session to be ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct FormerSession {
    handle: Handle,
    /// What only the browser holds of it, as far as ending it needs that; none where the server
    /// stores sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    held: Option<UserSession>,
    /// The cookies that it takes beside the id's.
    #[serde(default)]
    parts: usize,
}

impl FormerSession {
    pub(super) fn new(handle: Handle, held: Option<&UserSession>, parts: usize) -> Self {
        let held = held.map(without_details);
        Self {
            handle,
            held,
            parts,
        }
    }

    /// The same, but its refresh token is not revoked when it ends: for a login attempt that has no
    /// room for it.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        if let Some(session) = &mut self.held {
            session.tokens.refresh_token = None;
        }
        self
    }
}

/// What ending a session needs to know of it.
fn without_details(session: &UserSession) -> UserSession {
    let (user, tokens) = (&session.user, &session.tokens);
    UserSession {
        user: User::new(user.id.clone(), user.tenant_id.clone()),
        user_agent: None,
        tokens: Tokens {
            access_token: Token::new(String::new()),
            access_token_expires_at: tokens.access_token_expires_at,
            issued_at: tokens.issued_at,
            renewals: tokens.renewals,
            renewed_by: None,
            refresh_token: tokens.refresh_token.clone(),
            id_token: None,
        },
        provider_session_id: session.provider_session_id.clone(),
        description: Description::default(),
        ..*session
    }
}

impl Sessions {
    /// The session of this request, to be ended when its browser has signed in anew.
    #[must_use]
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
