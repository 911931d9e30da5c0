//! The token endpoint: exchanges codes and refresh tokens (RFC 6749, OpenID Connect Core section
//! 3.1.3).

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Map, Value};

use crate::{
    Error, ErrorKind, Token, TokenTarget, Tokens,
    client_authentication::post_form,
    context::Context,
    http::{ProviderResponse, RESPONSE_TIMEOUT},
    id_token,
    members::Members,
    revocation::revoke_in_background,
};

/// Longest time for the exchange of a code, which the request spends.
const CODE_TIMEOUT: Duration = Duration::from_secs(20);
/// Lifetime of an access token without `expires_in`. Short, so that it is refreshed soon.
const UNKNOWN_LIFETIME: Duration = Duration::from_secs(60);
/// Errors about the client, not about the grant (RFC 6749 section 5.2).
const CLIENT_ERRORS: [&str; 3] = [
    "invalid_client",
    "unauthorized_client",
    "unsupported_grant_type",
];
/// Temporary errors.
const TEMPORARY_ERRORS: [&str; 3] = ["temporarily_unavailable", "server_error", "slow_down"];
const INVALID_GRANT: &str = "invalid_grant";

pub(crate) async fn exchange_code(
    context: &Context,
    code: &str,
    verifier: &str,
    redirect_uri: &str,
) -> Result<Tokens, Error> {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("code_verifier", verifier),
        ("redirect_uri", redirect_uri),
    ];
    request_tokens(context, &form, CODE_TIMEOUT).await
}

pub(crate) async fn refresh(
    context: &Arc<Context>,
    refresh_token: &Token,
    sub: &str,
    target: Option<&TokenTarget>,
) -> Result<Tokens, Error> {
    let mut form = vec![
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.expose()),
    ];
    form.extend(target.iter().flat_map(|target| target.parameters()));
    let tokens = request_tokens(context, &form, RESPONSE_TIMEOUT).await;
    let mut tokens = match tokens {
        Err(error) if target.is_some() && error.kind() == ErrorKind::GrantRefused => {
            return Err(error.with_kind(ErrorKind::TargetRefused));
        }
        tokens => tokens?,
    };
    let Some(id_token) = &tokens.id_token else {
        return Ok(tokens);
    };
    match id_token::verify_refreshed(context, id_token, sub).await {
        Ok(claims) => {
            tokens.claims = claims;
            Ok(tokens)
        }
        Err(fault) => {
            if let Some(refresh_token) = tokens.refresh_token {
                revoke_in_background(Arc::clone(context), refresh_token);
            }
            Err(Error::new(ErrorKind::WrongTokens, fault))
        }
    }
}

async fn request_tokens(
    context: &Context,
    form: &[(&str, &str)],
    timeout: Duration,
) -> Result<Tokens, Error> {
    let endpoint = context.metadata().await?.token_endpoint.clone();
    let requested_at = context.clock.now();
    let response = post_form(context, endpoint, form, timeout).await?;
    if !response.status.is_success() {
        return Err(refusal(&response));
    }
    let members = response.json();
    let members = members.map_err(|error| error.with_kind(ErrorKind::Unreadable))?;
    tokens(&Members::new("token response", members), requested_at)
}

/// The error of a response without tokens (RFC 6749 section 5.2). One provider refuses a grant with
/// 400 and an empty body; any other body without an `error` comes from a proxy.
fn refusal(response: &ProviderResponse) -> Error {
    let status = response.status;
    let temporary = [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT];
    // The provider itself does not redirect.
    if status.is_server_error() || status.is_redirection() || temporary.contains(&status) {
        return response.unexpected_status();
    }
    let members = response.json::<Map<String, Value>>().unwrap_or_default();
    let is_bad_request = status == StatusCode::BAD_REQUEST;
    let code = match members.get("error") {
        Some(Value::String(code)) if !code.is_empty() => Some(code.as_str()),
        _ if is_bad_request && response.is_empty() => Some(INVALID_GRANT),
        _ => None,
    };
    match code {
        None if is_bad_request => response.unexpected_status(),
        None => Error::new(ErrorKind::ClientRefused, status),
        Some(code) if TEMPORARY_ERRORS.contains(&code) => response.unexpected_status(),
        Some(INVALID_GRANT) => Error::new(ErrorKind::InvalidGrant, INVALID_GRANT),
        Some(code) if CLIENT_ERRORS.contains(&code) => Error::new(ErrorKind::ClientRefused, code),
        Some(code) => Error::new(ErrorKind::GrantRefused, code),
    }
}

/// The tokens of a successful response (RFC 6749 section 5.1).
fn tokens(response: &Members, requested_at: Timestamp) -> Result<Tokens, Error> {
    let access_token: String = response.required("access_token")?;
    // Other types are sent in another way (RFC 6749 section 7.1). Some providers omit the type.
    let kind = response.text("token_type");
    if access_token.is_empty() || kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        let fault = "token response: access_token is empty, or token_type is not Bearer";
        return Err(Error::new(ErrorKind::Unusable, fault));
    }
    let lifetime = response
        .number("expires_in")
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let expires_at = requested_at.checked_add(lifetime.unwrap_or(UNKNOWN_LIFETIME));
    let token = |name| response.text(name).map(Token::new);
    Ok(Tokens {
        access_token: Token::new(access_token),
        access_token_expires_at: expires_at.unwrap_or(Timestamp::MAX),
        issued_at: requested_at,
        refresh_token: token("refresh_token"),
        id_token: token("id_token"),
        claims: None,
    })
}
