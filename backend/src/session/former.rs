//! What is said of the session that a browser has when it signs in anew.
//!
//! The callback comes from the provider, without the session's cookies (`SameSite=Strict`). So the
//! login attempt says what it needs of them.

use serde::{Deserialize, Serialize};

use super::{Description, Handle, UserSession};
use crate::{
    oidc::{Token, Tokens},
    user::User,
};

/// Names a session to be ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct FormerSession {
    pub(super) handle: Handle,
    /// What only the browser holds of it, as far as ending it needs that; none where the server
    /// stores sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) held: Option<UserSession>,
    /// The cookies that it takes beside the id's.
    #[serde(default)]
    pub(super) parts: usize,
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
        user: User {
            id: user.id.clone(),
            tenant_id: user.tenant_id.clone(),
            ..User::default()
        },
        user_agent: None,
        tokens: Tokens {
            access_token: Token::new(String::new()),
            renewed_by: None,
            id_token: None,
            ..tokens.clone()
        },
        provider_session_id: session.provider_session_id.clone(),
        description: Description::default(),
        ..*session
    }
}
