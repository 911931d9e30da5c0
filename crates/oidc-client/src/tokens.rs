//! Tokens: they can be stored and sent, and are never printed.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A response of the token endpoint.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Sent to the provider's APIs (RFC 6750).
    pub access_token: Token,
    /// Expiry of the access token; a minute after the request if the provider names none.
    pub access_token_expires_at: Timestamp,
    /// Time of the request.
    pub issued_at: Timestamp,
    /// For the next refresh, once (RFC 6749 section 6). Absent without the scope `offline_access`;
    /// after a refresh without rotation, the previous one stays valid.
    pub refresh_token: Option<Token>,
    /// For [`Client::verify_id_token`](crate::Client::verify_id_token); verified already after a
    /// refresh.
    pub id_token: Option<Token>,
}

/// A token: can be stored and sent, never printed.
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
