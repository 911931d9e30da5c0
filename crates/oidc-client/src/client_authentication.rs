//! Requests in the name of the client (RFC 6749 section 2.3.1).

use std::time::Duration;

use secrecy::ExposeSecret;
use url::{Url, form_urlencoded::byte_serialize};

use crate::{
    ClientAuthentication, Error, ProviderMetadata, connection::Connection, http::ProviderResponse,
};

/// The method that the provider's metadata asks for.
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
    connection: &Connection,
    endpoint: Url,
    form: &[(&str, &str)],
    timeout: Duration,
) -> Result<ProviderResponse, Error> {
    let method = match connection.settings.authentication {
        Some(method) => method,
        None => supported_by(&*connection.metadata().await?),
    };
    let id = connection.client_id();
    let secret = connection.settings.client_secret.expose_secret();
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let request = connection.http.post(endpoint).timeout(timeout);
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
    connection.http.send(request).await
}
