//! The end of the provider's own session (OpenID Connect RP-Initiated Logout 1.0).

use url::Url;

use crate::{Error, Token, context::Context};

/// Maximum of characters that all browsers, proxies and providers accept.
const MAX_URL_LENGTH: usize = 2_000;

pub(crate) async fn url(
    context: &Context,
    id_token_hint: Option<&Token>,
    post_logout_redirect_uri: &str,
    state: &str,
) -> Result<Option<Url>, Error> {
    let Some(mut url) = context.metadata().await?.end_session_endpoint.clone() else {
        return Ok(None);
    };
    let redirect_parameter = &context.settings.post_logout_parameter;
    url.query_pairs_mut()
        .append_pair("client_id", context.client_id())
        .append_pair(redirect_parameter, post_logout_redirect_uri)
        .append_pair("state", state);
    let with_hint = id_token_hint.map(|hint| {
        let mut url = url.clone();
        url.query_pairs_mut()
            .append_pair("id_token_hint", hint.expose());
        url
    });
    Ok(Some(match with_hint {
        Some(with_hint) if with_hint.as_str().len() <= MAX_URL_LENGTH => with_hint,
        _ => url,
    }))
}
