//! ID tokens: every check that OpenID Connect asks of a client (Core section 3.1.3.7; ASVS 10.5.1
//! to 10.5.4).

use jiff::Timestamp;
use jsonwebtoken::{dangerous::insecure_decode_claims, errors::ErrorKind};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Client, ProviderError, Token, UserInfo,
    signed::{NumericDate, SKEW, holds},
};

/// What an ID token says that this application uses.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the claims")]
pub struct IdTokenClaims {
    pub sub: String,
    pub aud: Audience,
    pub exp: NumericDate,
    pub iat: NumericDate,
    pub nonce: Option<String>,
    pub azp: Option<String>,
    pub auth_time: Option<NumericDate>,
    pub sid: Option<String>,
    #[serde(flatten)]
    pub(super) others: Map<String, Value>,
}

impl IdTokenClaims {
    /// What the token says of the user beside. Claims of another kind than userinfo has are none.
    pub fn user_claims(&self) -> UserInfo {
        UserInfo::of(self.sub.clone(), &self.others)
    }
}

/// What an ID token must say that comes with renewed tokens (Core section 12.2).
#[derive(Deserialize)]
struct RenewedClaims {
    sub: String,
    aud: Audience,
    azp: Option<String>,
    iss: String,
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
    /// Not a token at all, or with claims of another kind. The parser's words stay out of the log:
    /// they quote them.
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

impl Client {
    /// Checks signature, algorithm, `crit`, `iss`, `aud`, `azp`, `exp`, `nbf`, `iat`, `auth_time`,
    /// `nonce` and `sub`, and gives the claims.
    ///
    /// # Errors
    /// The first check that fails.
    pub async fn verify_id_token(
        &self,
        token: Option<&Token>,
        nonce: &str,
    ) -> Result<IdTokenClaims, IdTokenError> {
        let token = token.ok_or(IdTokenError::Missing)?.expose();
        let claims = self.verify_signed::<IdTokenClaims>(token).await?;
        check(&claims, self.client_id(), nonce, self.clock.now())?;
        Ok(claims)
    }

    /// Checks that an ID token that came with renewed tokens is of the same user, provider and
    /// client; a nonce it need not have.
    pub(super) async fn verify_renewed_id_token(
        &self,
        token: &Token,
        sub: &str,
    ) -> Result<(), IdTokenError> {
        let token = token.expose();
        let claims = match self.verify_signed::<RenewedClaims>(token).await {
            // The refresh token is spent: the new tokens must not be lost for want of a key. Who
            // sent this, TLS tells as well (Core section 3.1.3.7, 6).
            Err(IdTokenError::Unavailable(error)) => {
                tracing::warn!(%error, "the signature of a renewed ID token is not checked");
                insecure_decode_claims(token)?
            }
            verified => verified?,
        };
        holds(claims.iss == self.issuer(), "iss")?;
        holds(claims.sub == sub, "sub")?;
        holds(claims.aud.has(self.client_id()), "aud")?;
        check_party(&claims.aud, claims.azp.as_deref(), self.client_id())
    }
}

impl Audience {
    fn has(&self, client_id: &str) -> bool {
        match self {
            Self::One(audience) => audience == client_id,
            Self::Several(audiences) => audiences.iter().any(|audience| audience == client_id),
        }
    }
}

fn check(
    claims: &IdTokenClaims,
    client_id: &str,
    nonce: &str,
    now: Timestamp,
) -> Result<(), IdTokenError> {
    holds(claims.exp.0 > now - SKEW, "exp")?;
    holds(claims.iat.0 <= now + SKEW, "iat")?;
    holds(claims.nonce.as_deref() == Some(nonce), "nonce")?;
    let authenticated = claims.auth_time;
    let not_in_future = authenticated.is_none_or(|time| time.0 <= now + SKEW);
    holds(not_in_future, "auth_time")?;
    holds(!claims.sub.is_empty(), "sub")?;
    check_party(&claims.aud, claims.azp.as_deref(), client_id)
}

fn check_party(
    audience: &Audience,
    party: Option<&str>,
    client_id: &str,
) -> Result<(), IdTokenError> {
    let several = matches!(audience, Audience::Several(audiences) if audiences.len() > 1);
    match party {
        Some(party) => holds(party == client_id, "azp"),
        None => holds(!several, "azp"),
    }
}
