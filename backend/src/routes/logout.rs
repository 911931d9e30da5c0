//! `GET|POST /api/auth/logout`: ends the session here, then what it led to at the provider.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    web::{Data, Query},
};
use serde::Deserialize;
use url::Url;

use crate::{
    error::log_store_failure,
    oidc::ProviderError,
    session::{LiveSession, Sessions},
    sign_in::host,
    wristband::{
        Wristband,
        tenant::{Tenant, TenantError, TenantHints},
    },
};

/// Names the tenant when there is no session that does.
#[derive(Debug, Default, Deserialize)]
pub struct LogoutQuery {
    tenant_name: Option<String>,
    tenant_custom_domain: Option<String>,
}

/// Ends, in this order, the session (store, then cookies), the refresh token, and the provider's session. It leads to a
/// page that says what was done.
pub async fn logout(
    request: HttpRequest,
    query: Option<Query<LogoutQuery>>,
    sessions: Data<Sessions>,
    wristband: Data<Wristband>,
) -> HttpResponse {
    let ended = match sessions.end(&request).await {
        Ok(ended) => ended,
        Err(error) => {
            // Nothing has changed: the page offers to try again.
            log_store_failure(&error);
            return leads_to(&request, "/signed-out?session=kept");
        }
    };
    let query = query.map(Query::into_inner).unwrap_or_default();
    match next(&request, query, ended.as_ref(), &wristband).await {
        Ok(url) => leads_to(&request, url.as_str()),
        Err(error) => {
            tracing::warn!(%error, "the provider's own session was not ended");
            leads_to(&request, &signed_out(ended.as_ref(), "open"))
        }
    }
}

/// Where the provider ends its own session, and from there back.
async fn next(
    request: &HttpRequest,
    query: LogoutQuery,
    ended: Option<&LiveSession>,
    wristband: &Wristband,
) -> Result<Url, ProviderError> {
    let tenant = match ended.map(|ended| &ended.session.user) {
        Some(user) if user.tenant_name.is_some() || user.tenant_custom_domain.is_some() => {
            Ok(Some(Tenant {
                name: user.tenant_name.clone(),
                custom_domain: user.tenant_custom_domain.clone(),
            }))
        }
        _ => {
            let hints = TenantHints {
                custom_domain: query.tenant_custom_domain.as_deref(),
                name: query.tenant_name.as_deref(),
                host: host(request),
            };
            wristband.resolve_tenant(hints).await
        }
    };
    match tenant {
        Ok(Some(tenant)) => {
            let origin = wristband.origin(host(request));
            let back = format!(
                "{}{}",
                origin.origin().ascii_serialization(),
                signed_out(ended, "ended")
            );
            wristband.logout_url(&tenant, &back).await
        }
        Ok(None) | Err(TenantError::Unknown) => wristband.application_login_url(None).await,
        Err(TenantError::Unavailable(error)) => Err(error),
    }
}

/// The page after a sign-out, told what was done in words that are no secret.
fn signed_out(ended: Option<&LiveSession>, provider: &str) -> String {
    let session = if ended.is_some() { "ended" } else { "none" };
    let had_token = ended.is_some_and(|ended| ended.session.tokens.refresh_token.is_some());
    let tokens = if had_token { "&tokens=revoking" } else { "" };
    format!("/signed-out?session={session}{tokens}&provider={provider}")
}

/// 302, or 303 after a POST: the browser must come with GET (RFC 9110 section 15.4.4).
fn leads_to(request: &HttpRequest, location: &str) -> HttpResponse {
    let status = if request.method() == Method::POST {
        StatusCode::SEE_OTHER
    } else {
        StatusCode::FOUND
    };
    HttpResponse::build(status)
        .insert_header((header::LOCATION, location))
        .finish()
}
