//! `GET /api/auth/login`: sends the browser to the provider, and remembers what it must bring back.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Query},
};
use serde::Deserialize;
use url::Url;

use super::login_error::{LoginErrorReason, redirect, redirect_for, see};
use crate::{
    clock::Clock,
    config::Config,
    wristband::{
        Wristband,
        login_attempt::{LoginAttempt, LoginAttempts},
        return_url,
        tenant::{Tenant, TenantError, TenantHints},
    },
};

/// Longest hint that is passed on.
const MAX_HINT: usize = 256;

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
pub struct LoginQuery {
    tenant_name: Option<String>,
    tenant_custom_domain: Option<String>,
    login_hint: Option<String>,
    idp_hint: Option<String>,
    return_url: Option<String>,
    prompt: Option<Prompt>,
}

/// `prompt` of OpenID Connect Core section 3.1.2.1.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Prompt {
    None,
    Login,
    Consent,
    SelectAccount,
}

impl Prompt {
    fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }
}

/// Begins a login attempt.
pub async fn login(
    request: HttpRequest,
    query: Result<Query<LoginQuery>, actix_web::Error>,
    config: Data<Config>,
    wristband: Data<Wristband>,
    attempts: Data<LoginAttempts>,
    clock: Data<Clock>,
) -> HttpResponse {
    let Ok(Query(query)) = query else {
        return redirect(LoginErrorReason::InvalidRequest);
    };
    if [&query.login_hint, &query.idp_hint]
        .into_iter()
        .flatten()
        .any(|hint| hint.len() > MAX_HINT)
    {
        return redirect(LoginErrorReason::InvalidRequest);
    }
    let origin = origin(&request, &config, &wristband);
    let wanted = query
        .return_url
        .as_deref()
        .and_then(|wanted| return_url::sanitize(wanted, &origin));
    let hints = TenantHints {
        custom_domain: query.tenant_custom_domain.as_deref(),
        name: query.tenant_name.as_deref(),
        host: host(&request),
    };
    let tenant = match wristband.resolve_tenant(hints).await {
        Ok(Some(tenant)) => tenant,
        Ok(None) => {
            return match wristband.application_login_url(wanted.as_deref()).await {
                Ok(url) => see(url.as_str()),
                Err(error) => {
                    unavailable(&error, &Tenant::default(), wanted.as_deref().unwrap_or("/"))
                }
            };
        }
        Err(TenantError::Unknown) => return redirect(LoginErrorReason::InvalidTenant),
        Err(TenantError::Unavailable(error)) => {
            return unavailable(&error, &Tenant::default(), wanted.as_deref().unwrap_or("/"));
        }
    };
    let request_for = AuthorizationRequest {
        tenant,
        origin,
        return_url: wanted.unwrap_or_else(|| "/".to_owned()),
        restarts: 0,
        login_hint: query.login_hint,
        idp_hint: query.idp_hint,
        prompt: query.prompt.map(Prompt::as_str),
    };
    begin(request_for, &request, &wristband, &attempts, &clock).await
}

/// What to ask the provider for.
pub(super) struct AuthorizationRequest {
    pub(super) tenant: Tenant,
    pub(super) origin: Url,
    pub(super) return_url: String,
    pub(super) restarts: u8,
    pub(super) login_hint: Option<String>,
    pub(super) idp_hint: Option<String>,
    pub(super) prompt: Option<&'static str>,
}

/// 302 to the provider's authorize endpoint, with a cookie for the new attempt.
pub(super) async fn begin(
    wanted: AuthorizationRequest,
    request: &HttpRequest,
    wristband: &Wristband,
    attempts: &LoginAttempts,
    clock: &Clock,
) -> HttpResponse {
    let redirect_uri = format!(
        "{}/api/auth/callback",
        wanted.origin.origin().ascii_serialization()
    );
    let attempt = LoginAttempt::begin(
        wanted.tenant,
        redirect_uri,
        wanted.return_url,
        wanted.restarts,
        clock.now(),
    );
    let hints = [
        ("login_hint", wanted.login_hint),
        ("idp_hint", wanted.idp_hint),
        ("prompt", wanted.prompt.map(str::to_owned)),
    ];
    let authorize = match wristband.authorize_url(&attempt, hints).await {
        Ok(url) => url,
        Err(error) => return unavailable(&error, &attempt.tenant, &attempt.return_url),
    };
    match attempts.remember(&attempt, request.headers()) {
        Ok(cookies) => {
            let mut response = see(authorize.as_str());
            for cookie in cookies {
                // Fails only for a name or value that is no header text; ours are base64.
                let _ = response.add_cookie(&cookie);
            }
            response
        }
        Err(error) => {
            tracing::error!(%error, "login attempt could not be sealed");
            redirect(LoginErrorReason::Internal)
        }
    }
}

pub(super) fn unavailable(
    error: &dyn std::error::Error,
    tenant: &Tenant,
    return_url: &str,
) -> HttpResponse {
    tracing::warn!(%error, "sign-in could not go on");
    redirect_for(
        LoginErrorReason::IdentityProviderUnavailable,
        tenant,
        return_url,
    )
}

/// The host that the request names. Not `X-Forwarded-Host`: anybody could send that one.
pub(super) fn host(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::HOST)?.to_str().ok()
}

/// The origin of the application in the browser: `PUBLIC_URL`, with the tenant's subdomain where those are used.
pub(super) fn origin(request: &HttpRequest, config: &Config, wristband: &Wristband) -> Url {
    let mut origin = config.server.public_url.clone();
    let subdomain = host(request).and_then(|host| wristband.subdomain(host));
    if let (Some(tenant), Some(root)) = (subdomain, &config.provider.parse_tenant_from_root_domain)
    {
        // Refused only for schemes without a host; PUBLIC_URL is http or https.
        let _ = origin.set_host(Some(&format!("{tenant}.{root}")));
    }
    origin
}
