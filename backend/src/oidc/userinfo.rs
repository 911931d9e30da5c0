//! What the provider tells of a user (OpenID Connect Core section 5.3).

use reqwest::StatusCode;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{Client, ProviderError, Token};

/// The standard claims that this application uses (Core section 5.1), and what else the provider
/// sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the claims")]
pub struct UserInfo {
    pub sub: String,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    #[serde(default, deserialize_with = "boolean")]
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
    /// The claims of an ID token beside `sub`; those of another kind are left out.
    pub(super) fn of(sub: String, claims: &Map<String, Value>) -> Self {
        let mut members = claims.clone();
        members.insert("sub".to_owned(), Value::String(sub.clone()));
        let read = serde_json::from_value(Value::Object(members));
        read.unwrap_or_else(|_| Self {
            sub,
            others: claims.clone(),
            ..Self::default()
        })
    }

    /// The user's name, or what stands for it.
    pub fn display_name(&self) -> Option<String> {
        let preferred = || self.others.get("preferred_username")?.as_str();
        let name = self.name.as_deref().filter(|name| !name.is_empty());
        name.or_else(preferred).map(str::to_owned)
    }

    /// A claim of the provider's own by its name, or by a path of names with dots between, as
    /// `realm_access.roles`.
    pub fn at(&self, name: &str) -> Option<&Value> {
        if let Some(claim) = self.others.get(name) {
            return Some(claim);
        }
        let (first, rest) = name.split_once('.')?;
        let mut names = rest.split('.');
        names.try_fold(self.others.get(first)?, |claim, name| claim.get(name))
    }

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
    /// Asks who the access token stands for; `None` where the provider has no such endpoint.
    ///
    /// # Errors
    /// `Unauthorized` when the provider refuses the token.
    pub async fn userinfo(&self, access_token: &Token) -> Result<Option<UserInfo>, UserInfoError> {
        let Some(endpoint) = self.provider().await?.userinfo_endpoint.clone() else {
            return Ok(None);
        };
        let request = self.http.get(endpoint).bearer_auth(access_token.expose());
        let answer = self.http.send(request).await?;
        if matches!(
            answer.status,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        ) {
            return Err(UserInfoError::Unauthorized);
        }
        Ok(Some(answer.ok()?.json()?))
    }
}

/// Some providers send it as text.
fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(value) => Some(value),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}
