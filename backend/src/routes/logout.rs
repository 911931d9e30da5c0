//! `GET|POST /api/auth/logout`: ends the session, revokes its refresh token, and ends the session
//! at the provider.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    web::{Data, Query},
};
use oidc_client::{Client, Error};
use serde::Deserialize;
use url::Url;

use crate::{
    clients::Clients,
    identity_provider::{IdentityProvider, SignOut, TenantError},
    tenant::{Tenant, TenantHints, host},
};
use sessions::{Ended, Sessions};

/// Longest wait of a sign-out for the revocation of the refresh token, which continues in the
/// background.
const REVOCATION_WAIT: Duration = Duration::from_secs(1);

/// Query parameters that name the tenant if there is no session.
#[derive(Debug, Default, Deserialize)]
pub struct LogoutQuery {
    tenant_name: Option<String>,
    tenant_custom_domain: Option<String>,
}

/// Ends the session (store, then cookies), the refresh token and the provider's session, in this
/// order, and redirects to a page that shows the outcome.
pub async fn logout(
    request: HttpRequest,
    query: Option<Query<LogoutQuery>>,
    sessions: Data<Sessions>,
    provider: Data<IdentityProvider>,
    oidc: Data<Client>,
    clients: Data<Clients>,
) -> HttpResponse {
    let mut ended = match sessions.end(&request).await {
        Ok(ended) => ended,
        // The session is still alive: the page offers to try again.
        Err(_) => return redirect(&request, "/signed-out?session=kept"),
    };
    // Without a session the request may still name a tenant, which the provider must confirm.
    if ended.is_none()
        && let Some(refusal) = clients.limit_browser(&request)
    {
        return refusal;
    }
    let query = query.map(Query::into_inner).unwrap_or_default();
    let revoked = match &mut ended {
        Some(ended) if has_revocation(&oidc).await => ended.is_revoked(REVOCATION_WAIT).await,
        _ => None,
    };
    let ended = ended.as_ref();
    let outcome = |provider: &str| outcome_query(ended, revoked, provider);
    match provider_logout_url(&request, query, ended, (&provider, &outcome("ended"))).await {
        Ok(Some(url)) => redirect(&request, url.as_str()),
        Ok(None) => redirect(&request, &format!("/signed-out?{}", outcome("stays"))),
        Err(error) => {
            tracing::warn!(%error, "the provider's own session was not ended");
            redirect(&request, &format!("/signed-out?{}", outcome("open")))
        }
    }
}

/// Returns `true` if the provider has a revocation endpoint, or if its metadata cannot be read now.
async fn has_revocation(oidc: &Client) -> bool {
    let metadata = oidc.provider().await;
    metadata.map_or(true, |metadata| metadata.revocation_endpoint.is_some())
}

/// The URL at which the provider ends its session and redirects back; `None` if it has none.
async fn provider_logout_url(
    request: &HttpRequest,
    query: LogoutQuery,
    ended: Option<&Ended>,
    (provider, outcome_query): (&IdentityProvider, &str),
) -> Result<Option<Url>, Error> {
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
            provider.resolve_tenant(hints).await
        }
    };
    match tenant {
        Ok(Some(tenant)) => {
            let mut page = provider.origin(host(request));
            page.set_path("/signed-out");
            let id_token = ended.and_then(|ended| ended.session.tokens.id_token.as_ref());
            let sign_out = SignOut {
                tenant: &tenant,
                page,
                outcome_query,
                id_token,
            };
            provider.sign_out_url(sign_out).await
        }
        Ok(None) | Err(TenantError::Unknown) => {
            provider.application_login_url(None).await.map(Some)
        }
        Err(TenantError::Unavailable(error)) => Err(error),
    }
}

/// The query of the signed-out page, with the outcome. It contains no secret.
fn outcome_query(ended: Option<&Ended>, revoked: Option<bool>, provider: &str) -> String {
    let session = if ended.is_some() { "ended" } else { "none" };
    let tokens = match revoked {
        Some(true) => "&tokens=revoked",
        Some(false) => "&tokens=revoking",
        None => "",
    };
    format!("session={session}{tokens}&provider={provider}")
}

/// Redirects with 302, or with 303 after a POST, so that the browser sends a GET (RFC 9110 section
/// 15.4.4).
fn redirect(request: &HttpRequest, location: &str) -> HttpResponse {
    let status = if request.method() == Method::POST {
        StatusCode::SEE_OTHER
    } else {
        StatusCode::FOUND
    };
    HttpResponse::build(status)
        .insert_header((header::LOCATION, location))
        .finish()
}
