//! The previous session of a browser that signs in again.
//!
//! The callback comes from the provider, without the session's cookies (`SameSite=Strict`). So the
//! login attempt contains the data that is needed to end the session.

use std::collections::BTreeMap;

use oidc_client::Token;
use serde::{Deserialize, Serialize};

use crate::{CachedResponse, Handle, SessionTokens, User, UserSession, session_data::SessionData};

/// A session that ends when its browser has signed in again.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PreviousSession {
    pub(crate) handle: Handle,
    /// The contents of its cookies that are needed to end it; `None` if the server stores sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) contents: Option<UserSession>,
    /// The number of its cookies besides the id's.
    #[serde(default)]
    pub(crate) parts: usize,
    /// `true` if the request had a bound cookie of this session.
    #[serde(default)]
    pub(crate) is_proven: bool,
}

impl PreviousSession {
    /// `session`: the session, if it is stored in cookies; `parts`: their number.
    pub fn new(handle: Handle, session: Option<&UserSession>, parts: usize) -> Self {
        let contents = session.map(without_details);
        Self {
            handle,
            contents,
            parts,
            is_proven: false,
        }
    }

    /// Says whether the request had a bound cookie of this session, without which one that is bound
    /// does not end.
    #[must_use]
    pub fn proven(self, is_proven: bool) -> Self {
        Self { is_proven, ..self }
    }

    /// Drops the refresh token, which is then not revoked: for a login attempt whose cookie would
    /// be too large.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        if let Some(session) = &mut self.contents {
            session.tokens.refresh_token = None;
        }
        self
    }
}

/// The data of a session that is needed to end it.
fn without_details(session: &UserSession) -> UserSession {
    let (user, tokens) = (&session.user, &session.tokens);
    UserSession {
        user: User {
            id: user.id.clone(),
            tenant_id: user.tenant_id.clone(),
            ..User::default()
        },
        user_agent: None,
        acr: None,
        amr: Vec::new(),
        device: None,
        tokens: SessionTokens {
            access_token: Token::new(String::new()),
            of_apis: BTreeMap::new(),
            refreshed_by: None,
            id_token: None,
            ..tokens.clone()
        },
        provider_session_id: session.provider_session_id.clone(),
        data: SessionData::default(),
        cached_response: CachedResponse::default(),
        ..*session
    }
}
