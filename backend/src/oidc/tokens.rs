//! What the provider issues: tokens, which can be kept and sent, and never printed.

use std::fmt;

use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use serde::{Deserialize, Serialize};

/// The tokens of one sign-in.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Tokens {
    /// Sent to the provider's APIs (RFC 6750).
    pub access_token: Token,
    /// When the access token expires.
    #[serde(with = "millisecond::required")]
    pub access_token_expires_at: Timestamp,
    /// When they were issued.
    #[serde(with = "millisecond::required")]
    pub issued_at: Timestamp,
    /// How often they were renewed since the sign-in: of two versions, the higher is the newer.
    pub renewals: u64,
    /// The request that renewed them, e.g. `GET /api/profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewed_by: Option<String>,
    /// Buys the next pair of tokens, once (RFC 6749 section 6); absent without the scope
    /// `offline_access`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Token>,
    /// The newest ID token, kept only for a provider that wants it back at the sign-out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Token>,
}

impl Tokens {
    /// The bytes of all tokens.
    pub(crate) fn text_length(&self) -> usize {
        let more = self.refresh_token.iter().chain(&self.id_token);
        let more: usize = more.map(|token| token.0.len()).sum();
        self.access_token.0.len() + more
    }
}

/// A bearer token: can be stored and sent, never printed.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// Wraps a token.
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// The token itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token]")
    }
}
