//! `GET /api/auth/login`: begins a login attempt and redirects to the provider.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use serde::Deserialize;

use crate::{
    identity_provider::TenantError,
    sign_in::{
        LoginError, LoginErrorReason, LoginRequest, Prompt, SignIn, redirect_to, return_url,
    },
    tenant::{TenantHints, host},
};
use sessions::Sessions;

/// Maximum of characters of a hint for the provider.
const MAX_HINT: usize = 256;

/// The query parameters.
#[derive(Debug, Default, Deserialize)]
pub struct LoginQuery {
    tenant_name: Option<String>,
    tenant_custom_domain: Option<String>,
    login_hint: Option<String>,
    idp_hint: Option<String>,
    return_url: Option<String>,
    prompt: Option<Prompt>,
}

/// Begins a login attempt.
pub async fn login(
    request: HttpRequest,
    query: Result<Query<LoginQuery>, actix_web::Error>,
    sign_in: Data<SignIn>,
    sessions: Data<Sessions>,
) -> Result<HttpResponse, LoginError> {
    let invalid = || LoginError::from(LoginErrorReason::InvalidRequest);
    let query = query.map_err(|_| invalid())?.into_inner();
    let too_long = |hint: &Option<String>| hint.as_ref().is_some_and(|hint| hint.len() > MAX_HINT);
    if too_long(&query.login_hint) || too_long(&query.idp_hint) {
        return Err(invalid());
    }
    let host = host(&request);
    let origin = sign_in.provider.origin(host);
    let wanted = query.return_url.as_deref();
    let wanted = wanted.and_then(|wanted| return_url::sanitize(wanted, &origin));
    let return_url = wanted.as_deref().unwrap_or("/");

    let hints = TenantHints {
        custom_domain: query.tenant_custom_domain.as_deref(),
        name: query.tenant_name.as_deref(),
        host,
    };
    let tenant = match sign_in.provider.resolve_tenant(hints).await {
        Ok(Some(tenant)) => tenant,
        Ok(None) => {
            let page = sign_in.provider.application_login_url(wanted.as_deref());
            let page = page.await.map_err(LoginError::from);
            return page
                .map(|url| redirect_to(url.as_str()))
                .map_err(|error| error.returning_to(return_url));
        }
        Err(TenantError::Unknown) => {
            let error = LoginError::unknown_tenant(query.tenant_name.as_deref());
            return Err(error.returning_to(return_url));
        }
        Err(TenantError::Unavailable(error)) => {
            return Err(LoginError::from(error).returning_to(return_url));
        }
    };
    let wanted = LoginRequest {
        tenant,
        host: host.map(str::to_owned),
        return_url: return_url.to_owned(),
        restarts: 0,
        previous: sessions.previous(&request),
        login_hint: query.login_hint,
        idp_hint: query.idp_hint,
        prompt: query.prompt,
    };
    sign_in.start(wanted, request.headers()).await
}
