//! The authorization request (OpenID Connect Core section 3.1.2.1, RFC 7636).

use url::Url;

use super::{ProviderError, Wristband, login_attempt::LoginAttempt};

impl Wristband {
    /// The address that asks the provider to sign the user in, at the tenant's host.
    ///
    /// # Errors
    /// When the provider has to be asked for the form of tenant hosts and does not answer.
    pub async fn authorize_url<'a>(
        &self,
        attempt: &LoginAttempt,
        hints: impl IntoIterator<Item = (&'a str, Option<String>)>,
    ) -> Result<Url, ProviderError> {
        let host = self.tenant_host(&attempt.tenant).await?;
        let mut url = self.tenant_api(&host, "/oauth2/authorize")?;
        url.query_pairs_mut()
            .append_pair("client_id", self.client_id())
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &self.config.provider.scopes)
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.code_challenge())
            .append_pair("code_challenge_method", "S256");
        for (name, value) in hints {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, &value);
            }
        }
        Ok(url)
    }
}
