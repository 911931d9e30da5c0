//! The authorization request (OpenID Connect Core section 3.1.2.1, RFC 7636).

use url::Url;

use super::{Client, ProviderError};

/// What one authorization request says.
#[derive(Clone, Debug, Default)]
pub struct AuthorizationRequest<'a> {
    /// Where the provider sends the browser afterwards; it must be registered there.
    pub redirect_uri: &'a str,
    /// Comes back with the answer.
    pub state: &'a str,
    /// Comes back within the ID token.
    pub nonce: &'a str,
    /// SHA-256 of the code verifier.
    pub code_challenge: &'a str,
    /// `login_hint`, `prompt` and what else this request asks for.
    pub hints: &'a [(&'a str, Option<&'a str>)],
}

impl Client {
    /// The address that asks the provider, at this endpoint of its, to sign the user in. What the
    /// request says comes before what every request says.
    ///
    /// # Errors
    /// When the provider has to be asked for the scopes that it offers and does not answer.
    pub async fn authorization_url(
        &self,
        endpoint: Url,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Url, ProviderError> {
        let scopes = match &self.settings.scopes {
            Some(scopes) => scopes.clone(),
            None => self.provider().await?.scopes(),
        };
        let mut url = endpoint;
        let mut query = url.query_pairs_mut();
        query
            .append_pair("client_id", self.client_id())
            .append_pair("redirect_uri", request.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &scopes)
            .append_pair("state", request.state)
            .append_pair("nonce", request.nonce)
            .append_pair("code_challenge", request.code_challenge)
            .append_pair("code_challenge_method", "S256");
        for (name, value) in request.hints {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        let says = |name: &str| {
            let hint = request.hints.iter().find(|(hint, _)| *hint == name);
            hint.is_some_and(|(_, value)| value.is_some())
        };
        for (name, value) in &self.settings.authorization_params {
            if !says(name) {
                query.append_pair(name, value);
            }
        }
        drop(query);
        Ok(url)
    }
}
