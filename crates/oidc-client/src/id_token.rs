//! ID tokens: the checks of OpenID Connect Core section 3.1.3.7 (ASVS 10.5.1 to 10.5.4).

use jiff::Timestamp;
use jsonwebtoken::dangerous::insecure_decode_claims;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::{
    Token, UserInfo,
    context::Context,
    members::log_unexpected,
    signed_token::{self, CLOCK_SKEW, NumericDate, TokenFault, check_claim},
};

/// The claims of a verified ID token.
#[derive(Clone, Debug)]
pub struct IdTokenClaims {
    /// The user's id at the provider.
    pub sub: String,
    /// The session at the provider, as logout tokens name it.
    pub sid: Option<String>,
    /// Time of the user's authentication; some providers send 0.
    pub auth_time: Option<Timestamp>,
    /// The class of the user's authentication, such as one with a second factor.
    pub acr: Option<String>,
    /// The methods of the user's authentication, such as `pwd` (RFC 8176).
    pub amr: Vec<String>,
    /// The latest end of a session that begins with this token (IPSIE SL1).
    pub session_expiry: Option<Timestamp>,
    user: UserInfo,
}

impl IdTokenClaims {
    /// The claims about the user, with the types of userinfo; others count as absent.
    pub fn user_claims(&self) -> &UserInfo {
        &self.user
    }
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: Audience,
    exp: NumericDate,
    iat: NumericDate,
    nonce: Option<String>,
    azp: Option<String>,
    #[serde(default, deserialize_with = "lenient_date")]
    auth_time: Option<NumericDate>,
    #[serde(default, deserialize_with = "lenient_expiry")]
    session_expiry: Option<NumericDate>,
    #[serde(default, deserialize_with = "lenient_text")]
    sid: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// The claims of an ID token that comes with refreshed tokens (Core section 12.2).
#[derive(Deserialize)]
struct RefreshedClaims {
    sub: String,
    aud: Audience,
    azp: Option<String>,
    iss: String,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// `aud`: one audience or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Verifies an ID token that came with an authorization code.
pub(crate) async fn verify(
    context: &Context,
    token: Option<&Token>,
    nonce: &str,
) -> Result<IdTokenClaims, TokenFault> {
    let token = token.ok_or(TokenFault::Missing)?.expose();
    let claims: Claims = signed_token::verify(context, token).await?;
    check(&claims, context.client_id(), nonce, context.clock.now())?;
    let user = UserInfo::of_id_token(claims.sub, claims.others);
    Ok(IdTokenClaims {
        sub: user.sub.clone(),
        sid: claims.sid,
        auth_time: claims.auth_time.map(|time| time.0),
        acr: user.text("acr"),
        amr: user.optional("amr").unwrap_or_default(),
        session_expiry: claims.session_expiry.map(|time| time.0),
        user,
    })
}

/// Checks that an ID token that came with refreshed tokens is for the same user, provider and
/// client. It needs no nonce. Returns the claims about the user if the signature was verified.
pub(crate) async fn verify_refreshed(
    context: &Context,
    token: &Token,
    sub: &str,
) -> Result<Option<UserInfo>, TokenFault> {
    let token = token.expose();
    let mut is_verified = true;
    let claims = match signed_token::verify::<RefreshedClaims>(context, token).await {
        // The refresh token is spent: do not lose the new tokens because a key cannot be read or is
        // not published yet. TLS to the token endpoint replaces the signature (Core section
        // 3.1.3.7, 6).
        Err(error @ (TokenFault::Unavailable(_) | TokenFault::UnknownKey)) => {
            tracing::warn!(%error, "the signature of a refreshed ID token is not checked");
            is_verified = false;
            insecure_decode_claims(token)?
        }
        verified => verified?,
    };
    let client_id = context.client_id();
    check_claim(claims.iss == context.issuer(), "iss")?;
    check_claim(claims.sub == sub, "sub")?;
    check_claim(claims.aud.has(client_id), "aud")?;
    check_party(&claims.aud, claims.azp.as_deref(), client_id)?;
    Ok(is_verified.then(|| UserInfo::of_id_token(claims.sub, claims.others)))
}

impl Audience {
    fn has(&self, client_id: &str) -> bool {
        match self {
            Self::One(audience) => audience == client_id,
            Self::Several(audiences) => audiences.iter().any(|audience| audience == client_id),
        }
    }
}

fn lenient_date<'de, D: Deserializer<'de>>(value: D) -> Result<Option<NumericDate>, D::Error> {
    lenient(value, "auth_time", date)
}

fn lenient_expiry<'de, D: Deserializer<'de>>(value: D) -> Result<Option<NumericDate>, D::Error> {
    lenient(value, "session_expiry", date)
}

/// Reads a time, also one that is written as text; any other value counts as absent.
fn date(value: &Value) -> Option<NumericDate> {
    match value {
        Value::String(text) => serde_json::from_str(text).ok(),
        other => serde_json::from_value(other.clone()).ok(),
    }
}

/// Reads a text; any other value counts as absent.
fn lenient_text<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    lenient(value, "sid", |value| value.as_str().map(str::to_owned))
}

fn lenient<'de, D: Deserializer<'de>, T>(
    value: D,
    name: &str,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(value)?;
    let found = read(&value);
    if found.is_none() && !value.is_null() {
        log_unexpected("ID token", name);
    }
    Ok(found)
}

fn check(claims: &Claims, client_id: &str, nonce: &str, now: Timestamp) -> Result<(), TokenFault> {
    check_claim(claims.exp.0 > now - CLOCK_SKEW, "exp")?;
    check_claim(claims.iat.0 <= now + CLOCK_SKEW, "iat")?;
    check_claim(claims.nonce.as_deref() == Some(nonce), "nonce")?;
    let is_past = |time: NumericDate| time.0 <= now + CLOCK_SKEW;
    check_claim(claims.auth_time.is_none_or(is_past), "auth_time")?;
    check_claim(!claims.sub.is_empty(), "sub")?;
    check_party(&claims.aud, claims.azp.as_deref(), client_id)
}

fn check_party(
    audience: &Audience,
    party: Option<&str>,
    client_id: &str,
) -> Result<(), TokenFault> {
    let several = matches!(audience, Audience::Several(audiences) if audiences.len() > 1);
    match party {
        Some(party) => check_claim(party == client_id, "azp"),
        None => check_claim(!several, "azp"),
    }
}
