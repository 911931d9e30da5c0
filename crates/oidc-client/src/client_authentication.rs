//! Requests in the name of the client (RFC 6749 section 2.3.1).

use std::time::Duration;

use secrecy::ExposeSecret;
use url::{Url, form_urlencoded::byte_serialize};

use crate::{
    ClientAuthentication, Error, ProviderMetadata, context::Context, http::ProviderResponse,
};

/// The authentication method by the provider's metadata.
fn supported_by(metadata: &ProviderMetadata) -> ClientAuthentication {
    let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
    let has = |name: &str| methods.unwrap_or_default().iter().any(|one| one == name);
    if has("client_secret_post") && !has("client_secret_basic") {
        ClientAuthentication::Post
    } else {
        ClientAuthentication::Basic
    }
}

/// Posts a form with the client's id and secret.
pub(crate) async fn post_form(
    context: &Context,
    endpoint: Url,
    form: &[(&str, &str)],
    timeout: Duration,
) -> Result<ProviderResponse, Error> {
    let method = match context.settings.authentication {
        Some(method) => method,
        None => supported_by(&*context.metadata().await?),
    };
    let id = context.client_id();
    let secret = context.settings.client_secret.expose_secret();
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let request = context.http.post(endpoint).timeout(timeout);
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
    context.http.send(request).await
}
