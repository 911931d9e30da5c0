//! Logout tokens: every check that OpenID Connect Back-Channel Logout 1.0 asks for (section 2.6;
//! ASVS 10.5.5).

use std::collections::HashMap;

use clap::ValueEnum;
use jiff::SignedDuration;
use jsonwebtoken::decode_header;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Client, IdTokenError,
    signed::{NumericDate, SKEW, holds},
};

/// The event that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Older ones are refused: the provider sends them at once.
const OLDEST: SignedDuration = SignedDuration::from_mins(2);

/// Which logout tokens are taken.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum LogoutTokens {
    /// Those of the standard
    #[default]
    Strict,
    /// Also with `typ` JWT or none, and without `exp`, as providers send them that are older than
    /// it
    Lenient,
}

#[derive(Deserialize)]
struct Claims {
    exp: Option<NumericDate>,
    iat: NumericDate,
    jti: String,
    sub: Option<String>,
    sid: Option<String>,
    events: HashMap<String, Value>,
    nonce: Option<Value>,
}

/// Whom a logout token names.
#[derive(Debug)]
pub struct LogoutClaims {
    /// The token's own id.
    pub jti: String,
    /// The user.
    pub sub: Option<String>,
    /// The session at the provider.
    pub sid: Option<String>,
}

impl Client {
    /// Checks signature, algorithm, `typ`, `crit`, `iss`, `aud`, `exp`, `nbf`, `iat`, `jti`,
    /// `events`, `nonce`, `sub` and `sid`. Whether it was sent before is for the caller to know.
    ///
    /// # Errors
    /// The first check that fails.
    pub async fn verify_logout_token(&self, token: &str) -> Result<LogoutClaims, IdTokenError> {
        // Before any key is looked for: a token of another kind costs nothing.
        let lenient = self.settings.logout_tokens == LogoutTokens::Lenient;
        let kind = decode_header(token)?.typ;
        holds(is_logout_token(kind.as_deref(), lenient), "typ")?;
        let claims = self.verify_signed::<Claims>(token).await?;
        let now = self.clock.now();
        // Without an expiry, what bounds it is that it was issued a moment ago.
        let expires = claims.exp.map_or(lenient, |exp| exp.0 > now - SKEW);
        holds(expires, "exp")?;
        let issued = claims.iat.0;
        holds(issued <= now + SKEW && issued > now - OLDEST, "iat")?;
        holds(!claims.jti.is_empty(), "jti")?;
        let event = claims.events.get(EVENT);
        holds(event.is_some_and(Value::is_object), "events")?;
        // A logout token must never pass as an ID token, nor the other way round.
        holds(claims.nonce.is_none(), "nonce")?;
        let sub = claims.sub.filter(|sub| !sub.is_empty());
        let sid = claims.sid.filter(|sid| !sid.is_empty());
        holds(sub.is_some() || sid.is_some(), "sub or sid")?;
        let jti = claims.jti;
        Ok(LogoutClaims { jti, sub, sid })
    }
}

/// Explicit typing (RFC 8725 section 3.11); the prefix may be left out (RFC 7515 section 4.1.9).
fn is_logout_token(kind: Option<&str>, lenient: bool) -> bool {
    let Some(kind) = kind.map(str::to_ascii_lowercase) else {
        return lenient;
    };
    let kind = kind.strip_prefix("application/").unwrap_or(&kind);
    kind == "logout+jwt" || lenient && kind == "jwt"
}
