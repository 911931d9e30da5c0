//! Logout tokens: the checks of OpenID Connect Back-Channel Logout 1.0 section 2.6 (ASVS 10.5.5).

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::decode_header;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    context::Context,
    signed_token::{self, CLOCK_SKEW, NumericDate, TokenFault, check_claim},
};

/// The event that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Maximum age of a token: providers send them at once.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(2);

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

/// The claims of a verified logout token. It has a `sub`, a `sid` or both.
#[derive(Debug)]
pub struct LogoutClaims {
    /// The token's own id.
    pub jti: String,
    /// The user.
    pub sub: Option<String>,
    /// The session at the provider.
    pub sid: Option<String>,
    /// Time of issue, by the provider's clock.
    pub issued_at: Timestamp,
}

/// Verifies a logout token.
pub(crate) async fn verify(context: &Context, token: &str) -> Result<LogoutClaims, TokenFault> {
    // Checked before the keys are read: a token of another type causes no request.
    let lenient = context.settings.accepts_older_logout_tokens;
    let kind = decode_header(token)?.typ;
    check_claim(is_logout_token(kind.as_deref(), lenient), "typ")?;
    let claims: Claims = signed_token::verify(context, token).await?;
    let now = context.clock.now();
    // Without `exp` the check of `iat` still bounds the token's age.
    let is_current = claims.exp.map_or(lenient, |exp| exp.0 > now - CLOCK_SKEW);
    check_claim(is_current, "exp")?;
    let issued_at = claims.iat.0;
    let is_recent = issued_at <= now + CLOCK_SKEW && issued_at > now - MAX_AGE;
    check_claim(is_recent, "iat")?;
    check_claim(!claims.jti.is_empty(), "jti")?;
    let event = claims.events.get(EVENT);
    check_claim(event.is_some_and(Value::is_object), "events")?;
    // A logout token must never pass as an ID token, nor an ID token as a logout token.
    check_claim(claims.nonce.is_none(), "nonce")?;
    let sub = claims.sub.filter(|sub| !sub.is_empty());
    let sid = claims.sid.filter(|sid| !sid.is_empty());
    check_claim(sub.is_some() || sid.is_some(), "sub or sid")?;
    Ok(LogoutClaims {
        jti: claims.jti,
        sub,
        sid,
        issued_at,
    })
}

/// Checks `typ` (RFC 8725 section 3.11); its prefix is optional (RFC 7515 section 4.1.9).
fn is_logout_token(kind: Option<&str>, lenient: bool) -> bool {
    let Some(kind) = kind.map(str::to_ascii_lowercase) else {
        return lenient;
    };
    let kind = kind.strip_prefix("application/").unwrap_or(&kind);
    kind == "logout+jwt" || lenient && kind == "jwt"
}
