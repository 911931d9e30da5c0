//! The tokens of a session.

use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use oidc_client::{Token, Tokens};
use serde::{Deserialize, Serialize};

use crate::{Role, user::roles_length};

/// The tokens of one sign-in, as they were issued or last refreshed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SessionTokens {
    /// Sent to the provider's APIs (RFC 6750).
    pub access_token: Token,
    /// Expiry of the access token.
    #[serde(with = "millisecond::required")]
    pub access_token_expires_at: Timestamp,
    /// Time of issue.
    #[serde(with = "millisecond::required")]
    pub issued_at: Timestamp,
    /// Number of refreshes since the sign-in: of two versions, the higher is the newer.
    pub refresh_count: u64,
    /// The request that refreshed them, e.g. `GET /api/profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refreshed_by: Option<String>,
    /// For the next refresh, once (RFC 6749 section 6); absent without the scope
    /// `offline_access`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Token>,
    /// The newest ID token, stored only for a provider that needs it at the sign-out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Token>,
    /// The user's roles at this refresh, until a session takes them over into its user
    /// ([`UserSession::with_tokens`](crate::UserSession::with_tokens)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<Role>>,
}

impl From<Tokens> for SessionTokens {
    /// The tokens of a new session.
    fn from(issued: Tokens) -> Self {
        Self {
            access_token: issued.access_token,
            access_token_expires_at: issued.access_token_expires_at,
            issued_at: issued.issued_at,
            refresh_count: 0,
            refreshed_by: None,
            refresh_token: issued.refresh_token,
            id_token: issued.id_token,
            roles: None,
        }
    }
}

impl SessionTokens {
    /// Tokens that were issued at `issued_at`.
    pub fn new(
        access_token: Token,
        access_token_expires_at: Timestamp,
        issued_at: Timestamp,
        refresh_token: Option<Token>,
    ) -> Self {
        Self {
            access_token,
            access_token_expires_at,
            issued_at,
            refresh_count: 0,
            refreshed_by: None,
            refresh_token,
            id_token: None,
            roles: None,
        }
    }

    /// Bytes of all tokens, of the other text and of the roles.
    pub(super) fn text_length(&self) -> usize {
        let more = self.refresh_token.iter().chain(&self.id_token);
        let more: usize = more.map(|token| token.expose().len()).sum();
        let refreshed_by = self.refreshed_by.as_ref().map_or(0, String::len);
        let roles = roles_length(self.roles.as_deref().unwrap_or_default());
        self.access_token.expose().len() + more + refreshed_by + roles
    }
}
