//! Ending the provider's own session (OpenID Connect RP-Initiated Logout 1.0).

use url::Url;

use super::{Client, ProviderError, Token};

/// What one sign-out says (section 2).
#[derive(Clone, Copy, Debug)]
pub struct EndSessionRequest<'a> {
    /// Says whose session ends; with it, most providers do not ask the user whether they mean it.
    pub id_token_hint: Option<&'a Token>,
    /// Where the provider sends the browser afterwards; it must be registered there.
    pub post_logout_redirect_uri: &'a str,
    /// Comes back with the browser.
    pub state: &'a str,
}

impl Client {
    /// The address that ends the provider's own session; `None` where the provider has none.
    ///
    /// # Errors
    /// When the provider has to be asked for its metadata and does not answer.
    pub async fn end_session_url(
        &self,
        request: &EndSessionRequest<'_>,
    ) -> Result<Option<Url>, ProviderError> {
        let Some(mut url) = self.provider().await?.end_session_endpoint.clone() else {
            return Ok(None);
        };
        let mut query = url.query_pairs_mut();
        if let Some(hint) = request.id_token_hint {
            query.append_pair("id_token_hint", hint.expose());
        }
        query
            .append_pair("client_id", self.client_id())
            .append_pair("post_logout_redirect_uri", request.post_logout_redirect_uri)
            .append_pair("state", request.state);
        drop(query);
        Ok(Some(url))
    }
}
