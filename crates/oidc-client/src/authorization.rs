//! The authorization request (OpenID Connect Core section 3.1.2.1, RFC 7636).

use url::Url;

use crate::{Error, context::Context};

/// The parameters of one authorization request.
#[derive(Clone, Debug, Default)]
pub struct AuthorizationRequest<'a> {
    /// The address to which the provider redirects the browser; it must be registered there.
    pub redirect_uri: &'a str,
    /// Returned with the response. Random, and bound to the browser.
    pub state: &'a str,
    /// Returned in the ID token. Random.
    pub nonce: &'a str,
    /// SHA-256 of the code verifier, base64url.
    pub code_challenge: &'a str,
    /// Further parameters, such as `login_hint` and `prompt`; those without a value are omitted.
    pub hints: &'a [(&'a str, Option<&'a str>)],
}

pub(crate) async fn url(
    context: &Context,
    endpoint: Url,
    request: &AuthorizationRequest<'_>,
) -> Result<Url, Error> {
    let settings = &context.settings;
    let scopes = match &settings.scopes {
        Some(scopes) => scopes.clone(),
        None => context.metadata().await?.scopes(),
    };
    let mut url = endpoint;
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_id", context.client_id())
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
    let has_hint = |name: &str| {
        let hint = request.hints.iter().find(|(hint, _)| *hint == name);
        hint.is_some_and(|(_, value)| value.is_some())
    };
    for (name, value) in &settings.authorization_params {
        if !has_hint(name) {
            query.append_pair(name, value);
        }
    }
    drop(query);
    Ok(url)
}
