//! The tokens of one response.

use jiff::Timestamp;

use crate::{Token, UserInfo};

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
    /// After a refresh: the claims about the user in the new ID token, if its signature is
    /// verified.
    pub claims: Option<UserInfo>,
}
