//! Logout tokens: every check that OpenID Connect Back-Channel Logout 1.0 asks for (section 2.6; ASVS 10.5.5).

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{TokenData, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Wristband,
    id_token::{IdTokenError, SKEW, holds, instant},
};
use crate::session::pseudonym;

/// The event that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Older ones are refused: the provider sends them at once.
const OLDEST: SignedDuration = SignedDuration::from_mins(10);

#[derive(Deserialize)]
struct Claims {
    exp: i64,
    iat: i64,
    jti: String,
    sub: Option<String>,
    sid: Option<String>,
    events: HashMap<String, Value>,
    nonce: Option<Value>,
}

/// Whom a logout token names.
#[derive(Debug)]
pub struct LogoutClaims {
    /// The token's own id, as a pseudonym.
    pub id: String,
    /// The user.
    pub sub: Option<String>,
    /// The session at the provider.
    pub sid: Option<String>,
}

impl Wristband {
    /// Checks signature, algorithm, `typ`, `iss`, `aud`, `exp`, `iat`, `jti`, `events`, `nonce`, `sub` and `sid`. Whether
    /// it was sent before is for the caller to know.
    ///
    /// # Errors
    /// The first check that fails.
    pub async fn verify_logout_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<LogoutClaims, IdTokenError> {
        let header = decode_header(token)?;
        let kind = header
            .typ
            .as_deref()
            .unwrap_or_default()
            .to_ascii_lowercase();
        holds(
            kind.strip_prefix("application/").unwrap_or(&kind) == "logout+jwt",
            "typ",
        )?;
        let key = self
            .keys
            .find(header.kid.as_deref(), &self.http, now)
            .await?
            .ok_or(IdTokenError::UnknownKey)?;
        let validation = self.validation(&["iss", "aud", "exp"]);
        let TokenData { claims, .. } = decode::<Claims>(token, &key, &validation)?;

        holds(instant(claims.exp, "exp")? > now - SKEW, "exp")?;
        let issued = instant(claims.iat, "iat")?;
        holds(issued <= now + SKEW && issued > now - OLDEST, "iat")?;
        holds(!claims.jti.is_empty(), "jti")?;
        holds(
            claims.events.get(EVENT).is_some_and(Value::is_object),
            "events",
        )?;
        // A logout token must never pass as an ID token, nor the other way round.
        holds(claims.nonce.is_none(), "nonce")?;
        let (sub, sid) = (
            claims.sub.filter(|sub| !sub.is_empty()),
            claims.sid.filter(|sid| !sid.is_empty()),
        );
        holds(sub.is_some() || sid.is_some(), "sub or sid")?;
        Ok(LogoutClaims {
            id: pseudonym(&claims.jti),
            sub,
            sid,
        })
    }
}
