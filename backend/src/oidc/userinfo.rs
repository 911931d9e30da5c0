//! What the provider tells of a user (OpenID Connect Core section 5.3).

use reqwest::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{Client, ProviderError, Token, http::send};

/// The standard claims that this application uses (Core section 5.1), and what else the provider sends.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the claims")]
pub struct UserInfo {
    pub sub: String,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub email_verified: Option<bool>,
    pub picture: Option<String>,
    pub locale: Option<String>,
    pub zoneinfo: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
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

impl UserInfo {
    /// Claims of the provider's own.
    ///
    /// # Errors
    /// When one is missing or of another kind.
    pub fn others<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        serde_json::from_value(Value::Object(self.others.clone()))
            .map_err(|_| ProviderError(anyhow::anyhow!("claims of userinfo cannot be read")))
    }
}

impl Client {
    /// Asks who the access token stands for.
    ///
    /// # Errors
    /// `Unauthorized` when the provider refuses the token.
    pub async fn userinfo(&self, access_token: &Token) -> Result<UserInfo, UserInfoError> {
        let endpoint = self.provider().await?.userinfo_endpoint.clone();
        let endpoint = endpoint
            .ok_or_else(|| ProviderError(anyhow::anyhow!("there is no userinfo endpoint")))?;
        let request = self.http.get(endpoint).bearer_auth(access_token.expose());
        let answer = send(request).await?;
        if matches!(
            answer.status,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        ) {
            return Err(UserInfoError::Unauthorized);
        }
        Ok(answer.ok()?.json()?)
    }
}
