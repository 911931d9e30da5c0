//! `GET /api/auth/login`: begins a login attempt and redirects to the provider.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use serde::Deserialize;

use crate::{
    identity_provider::TenantError,
    sign_in::{
        LoginError, LoginErrorReason, LoginRequest, Prompt, Prompts, SignIn, redirect_to,
        return_url,
    },
    tenant::{TenantHints, host},
};
use sessions::Sessions;

/// The query parameters.
#[derive(Debug, Default, Deserialize)]
pub struct LoginQuery {
    tenant_name: Option<String>,
    tenant_custom_domain: Option<String>,
    return_url: Option<String>,
    #[serde(default)]
    prompt: Prompts,
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
    let parameters = sign_in.passed_on.read(request.query_string());
    let parameters = parameters.ok_or_else(invalid)?;
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
    let is_silent = query.prompt.is_silent();
    let returning = |error: LoginError| error.returning_to(return_url, is_silent);
    let tenant = match sign_in.provider.resolve_tenant(hints).await {
        Ok(tenant) => tenant,
        Err(TenantError::Unknown) => {
            let typed = query.tenant_name.as_deref();
            return Err(returning(LoginError::unknown_tenant(typed)));
        }
        Err(TenantError::Unavailable(error)) => return Err(returning(error.into())),
    };
    let page = match &tenant {
        tenant if query.prompt.contains(Prompt::Create) => {
            let page = sign_in
                .provider
                .sign_up_url(tenant.as_ref(), wanted.as_deref());
            page.await
        }
        None if is_silent => return Ok(redirect_to(return_url)),
        None => {
            let page = sign_in.provider.application_login_url(wanted.as_deref());
            page.await.map(Some)
        }
        Some(_) => Ok(None),
    };
    if let Some(page) = page.map_err(|error| returning(error.into()))? {
        return Ok(redirect_to(page.as_str()));
    }
    let wanted = LoginRequest {
        tenant: tenant.unwrap_or_default(),
        host: host.map(str::to_owned),
        return_url: return_url.to_owned(),
        restarts: 0,
        previous: sessions.previous(&request),
        prompts: query.prompt,
        parameters,
    };
    sign_in.start(wanted, request.headers()).await
}
