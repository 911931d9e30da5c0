//! ID tokens: every check that OpenID Connect asks of a client (Core section 3.1.3.7; ASVS 10.5.1 to 10.5.4).

use jiff::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use serde::Deserialize;

use super::{
    Client, ProviderError, Token,
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

impl Client {
    /// Checks signature, algorithm, `crit`, `iss`, `aud`, `azp`, `exp`, `nbf`, `iat`, `auth_time`, `nonce` and `sub`,
    /// and gives the claims.
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
    let several = matches!(&claims.aud, Audience::Several(audiences) if audiences.len() > 1);
    match &claims.azp {
        Some(party) => holds(party == client_id, "azp"),
        None => holds(!several, "azp"),
    }
}
