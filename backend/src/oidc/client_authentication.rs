//! How the client proves at the provider's endpoints who it is (RFC 6749 section 2.3.1).

use clap::ValueEnum;
use secrecy::ExposeSecret;

use super::{Client, ProviderError, ProviderMetadata, http::Answer};

/// The ways to send the client's id and secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum ClientAuthentication {
    /// `Authorization: Basic`, with id and secret form-encoded first, as the standard has it
    Basic,
    /// In the form
    Post,
    /// `Authorization: Basic` with id and secret as they are, for providers that do not decode them
    BasicPlain,
}

impl ClientAuthentication {
    /// What the provider's metadata asks for.
    fn following(metadata: &ProviderMetadata) -> Self {
        let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
        let has = |name: &str| methods.unwrap_or_default().iter().any(|one| one == name);
        if has("client_secret_post") && !has("client_secret_basic") {
            Self::Post
        } else {
            Self::Basic
        }
    }
}

impl Client {
    /// Posts a form in the name of this client.
    pub(super) async fn post_form(
        &self,
        endpoint: reqwest::Url,
        form: &[(&str, &str)],
    ) -> Result<Answer, ProviderError> {
        let method = match self.settings.authentication {
            Some(method) => method,
            None => ClientAuthentication::following(&*self.provider().await?),
        };
        let (id, secret) = (self.client_id(), &self.settings.client_secret);
        let secret = secret.expose_secret();
        let encoded =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let request = self.http.post(endpoint);
        let request = match method {
            ClientAuthentication::Basic => {
                let request = request.basic_auth(encoded(id), Some(encoded(secret)));
                request.form(form)
            }
            ClientAuthentication::BasicPlain => request.basic_auth(id, Some(secret)).form(form),
            ClientAuthentication::Post => {
                let credentials = [("client_id", id), ("client_secret", secret)];
                request.form(&[form, &credentials].concat())
            }
        };
        self.http.send(request).await
    }
}
