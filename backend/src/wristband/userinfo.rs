//! What the provider tells of a user (OpenID Connect Core section 5.3).

use reqwest::StatusCode;
use serde::Deserialize;

use super::{ProviderError, Wristband};
use crate::session::{Role, Token};

/// The claims of `GET /oauth2/userinfo` that this application uses.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the claims")]
pub struct UserInfo {
    pub sub: String,
    #[serde(rename = "tnt_id")]
    pub tenant_id: String,
    #[serde(rename = "idp_name")]
    pub identity_provider: Option<String>,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub email_verified: Option<bool>,
    pub picture: Option<String>,
    pub locale: Option<String>,
    pub zoneinfo: Option<String>,
    #[serde(default)]
    pub roles: Vec<Role>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum UserInfoError {
    /// The provider does not accept the access token (any more).
    #[error("the provider refused the access token")]
    Unauthorized,
    /// No usable answer.
    #[error(transparent)]
    Unavailable(#[from] ProviderError),
}

impl Wristband {
    /// Asks who the access token stands for.
    ///
    /// # Errors
    /// `Unauthorized` when the provider refuses the token.
    pub async fn userinfo(&self, access_token: &Token) -> Result<UserInfo, UserInfoError> {
        let request = self
            .http
            .get(self.api("/oauth2/userinfo"))
            .bearer_auth(access_token.expose());
        let response = request.send().await.map_err(ProviderError::from)?;
        if matches!(
            response.status(),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        ) {
            return Err(UserInfoError::Unauthorized);
        }
        let response = response.error_for_status().map_err(ProviderError::from)?;
        Ok(response.json().await.map_err(ProviderError::from)?)
    }
}
