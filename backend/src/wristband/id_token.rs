//! ID tokens: every check that OpenID Connect asks of a client (Core section 3.1.3.7; ASVS 10.5.1 to 10.5.4).

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{
    Algorithm, DecodingKey, TokenData, Validation, decode, decode_header, errors::ErrorKind,
    jwk::JwkSet,
};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::{ProviderError, Wristband};
use crate::session::Token;

/// Clocks may differ by this much.
pub(super) const SKEW: SignedDuration = SignedDuration::from_secs(30);
/// Wristband signs with RS256; nothing else is accepted, above all not `none` or a symmetric algorithm (ASVS 9.1.2).
const ALGORITHM: Algorithm = Algorithm::RS256;

/// What an ID token says that this application uses.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the claims")]
pub struct IdTokenClaims {
    pub sub: String,
    pub aud: Audience,
    pub exp: i64,
    pub iat: i64,
    pub nonce: Option<String>,
    pub azp: Option<String>,
    pub auth_time: Option<i64>,
    pub sid: Option<String>,
}

/// `aud`: one audience or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Why an ID token does not prove who signed in. The text names the check, never a value.
#[derive(Debug, thiserror::Error)]
pub enum IdTokenError {
    /// The provider sent none.
    #[error("the provider sent no ID token")]
    Missing,
    /// Not a token at all, or with claims of another kind. The parser's words stay out of the log: they quote them.
    #[error("the ID token cannot be read")]
    Malformed,
    /// Not signed by the provider, or with the wrong algorithm, `iss` or `aud`.
    #[error("the ID token does not verify: {0}")]
    Invalid(jsonwebtoken::errors::Error),
    /// Signed with a key that the provider does not publish.
    #[error("the ID token's key is unknown")]
    UnknownKey,
    /// One claim is wrong.
    #[error("the ID token's {0} is wrong")]
    Claim(&'static str),
    /// The provider's keys could not be read.
    #[error(transparent)]
    Unavailable(#[from] ProviderError),
}

impl From<jsonwebtoken::errors::Error> for IdTokenError {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        if matches!(error.kind(), ErrorKind::Json(_)) {
            Self::Malformed
        } else {
            Self::Invalid(error)
        }
    }
}

impl Wristband {
    /// Checks signature, algorithm, `iss`, `aud`, `azp`, `exp`, `iat`, `nonce` and `sub`, and gives the claims.
    ///
    /// # Errors
    /// The first check that fails.
    pub async fn verify_id_token(
        &self,
        token: Option<&Token>,
        nonce: &str,
        now: Timestamp,
    ) -> Result<IdTokenClaims, IdTokenError> {
        let token = token.ok_or(IdTokenError::Missing)?.expose();
        let header = decode_header(token)?;
        let key = self
            .keys
            .find(header.kid.as_deref(), &self.http, now)
            .await?
            .ok_or(IdTokenError::UnknownKey)?;

        let validation = self.validation(&["iss", "sub", "aud", "exp"]);
        let TokenData { claims, .. } = decode::<IdTokenClaims>(token, &key, &validation)?;

        check(&claims, self.client_id(), nonce, now)?;
        Ok(claims)
    }

    /// What the provider's tokens have in common.
    pub(super) fn validation(&self, required: &[&str]) -> Validation {
        let mut validation = Validation::new(ALGORITHM);
        validation.set_issuer(&[self.issuer()]);
        validation.set_audience(&[self.client_id()]);
        validation.set_required_spec_claims(required);
        validation.validate_exp = false; // checked afterwards, with our clock
        validation
    }
}

fn check(
    claims: &IdTokenClaims,
    client_id: &str,
    nonce: &str,
    now: Timestamp,
) -> Result<(), IdTokenError> {
    holds(instant(claims.exp, "exp")? > now - SKEW, "exp")?;
    holds(instant(claims.iat, "iat")? <= now + SKEW, "iat")?;
    holds(claims.nonce.as_deref() == Some(nonce), "nonce")?;
    holds(!claims.sub.is_empty(), "sub")?;
    let several = matches!(&claims.aud, Audience::Several(audiences) if audiences.len() > 1);
    match &claims.azp {
        Some(party) => holds(party == client_id, "azp"),
        None => holds(!several, "azp"),
    }
}

pub(super) fn instant(seconds: i64, claim: &'static str) -> Result<Timestamp, IdTokenError> {
    Timestamp::from_second(seconds).map_err(|_| IdTokenError::Claim(claim))
}

pub(super) fn holds(condition: bool, claim: &'static str) -> Result<(), IdTokenError> {
    if condition {
        Ok(())
    } else {
        Err(IdTokenError::Claim(claim))
    }
}

/// The keys that the provider signs with (RFC 7517), read when one is needed that is not known yet.
pub(super) struct KeySet {
    address: String,
    cached: Mutex<Option<(JwkSet, Timestamp)>>,
}

/// An unknown key id makes us read the keys again, but not more often than this.
const READ_EVERY: SignedDuration = SignedDuration::from_secs(5);

impl KeySet {
    pub(super) fn new(address: String) -> Self {
        Self {
            address,
            cached: Mutex::new(None),
        }
    }

    pub(super) async fn find(
        &self,
        id: Option<&str>,
        http: &reqwest::Client,
        now: Timestamp,
    ) -> Result<Option<DecodingKey>, IdTokenError> {
        let mut cached = self.cached.lock().await;
        if let Some((keys, _)) = &*cached
            && let Some(key) = choose(keys, id)
        {
            return Ok(Some(key));
        }
        if matches!(&*cached, Some((_, read)) if now.duration_since(*read).abs() < READ_EVERY) {
            return Ok(None);
        }
        let response = http
            .get(&self.address)
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        let keys: JwkSet = response
            .map_err(ProviderError::from)?
            .json()
            .await
            .map_err(ProviderError::from)?;
        let key = choose(&keys, id);
        *cached = Some((keys, now));
        Ok(key)
    }
}

/// The key of this id; without an id, the only key there is (Core section 10.1).
fn choose(keys: &JwkSet, id: Option<&str>) -> Option<DecodingKey> {
    let key = match (id, keys.keys.as_slice()) {
        (Some(id), _) => keys.find(id)?,
        (None, [only]) => only,
        (None, _) => return None,
    };
    DecodingKey::from_jwk(key).ok()
}
