//! Ending the provider's own session (OpenID Connect RP-Initiated Logout 1.0).

use url::Url;

use super::{Client, ProviderError, Token};

impl Client {
    /// The address that ends the provider's own session (section 2); `None` where the provider has
    /// none. With a hint whose session it is, most providers do not ask the user whether they mean
    /// it. The redirect URI must be registered there; `state` comes back with the browser.
    ///
    /// # Errors
    /// When the provider has to be asked for its metadata and does not answer.
    pub async fn end_session_url(
        &self,
        id_token_hint: Option<&Token>,
        post_logout_redirect_uri: &str,
        state: &str,
    ) -> Result<Option<Url>, ProviderError> {
        let Some(mut url) = self.provider().await?.end_session_endpoint.clone() else {
            return Ok(None);
        };
        let mut query = url.query_pairs_mut();
        if let Some(hint) = id_token_hint {
            query.append_pair("id_token_hint", hint.expose());
        }
        query
            .append_pair("client_id", self.client_id())
            .append_pair("post_logout_redirect_uri", post_logout_redirect_uri)
            .append_pair("state", state);
        drop(query);
        Ok(Some(url))
    }
}
