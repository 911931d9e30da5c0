//! `GET|POST /api/auth/logout`: ends the session here, then what it led to at the provider.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, CLEAR_SITE_DATA, HeaderValue},
    },
    web::{Data, Query},
};
use serde::Deserialize;
use url::Url;

use crate::{
    error::log_store_failure,
    identity_provider::{IdentityProvider, SignOut, TenantError},
    oidc::{Client, ProviderError},
    session::{Ended, Sessions},
    tenant::{Tenant, TenantHints, host},
};

/// How long a sign-out waits to say that the refresh token is revoked; else it says that this goes
/// on.
const PATIENCE: Duration = Duration::from_secs(1);

/// Names the tenant when there is no session that does.
#[derive(Debug, Default, Deserialize)]
pub struct LogoutQuery {
    tenant_name: Option<String>,
    tenant_custom_domain: Option<String>,
}

/// Ends, in this order, the session (store, then cookies), the refresh token, and the provider's
/// session. It leads to a page that says what was done.
pub async fn logout(
    request: HttpRequest,
    query: Option<Query<LogoutQuery>>,
    sessions: Data<Sessions>,
    provider: Data<IdentityProvider>,
    oidc: Data<Client>,
) -> HttpResponse {
    let mut ended = match sessions.end(&request).await {
        Ok(ended) => ended,
        Err(error) => {
            // Nothing has changed: the page offers to try again.
            log_store_failure(&error);
            return leads_to(&request, "/signed-out?session=kept");
        }
    };
    let query = query.map(Query::into_inner).unwrap_or_default();
    let revoked = match &mut ended {
        Some(ended) if revokes(&oidc).await => ended.is_revoked(PATIENCE).await,
        _ => None,
    };
    let note = |provider: &str| note(ended.as_ref(), revoked, provider);
    match next(&request, query, ended.as_ref(), (&provider, &note("ended"))).await {
        Ok(Some(url)) => leaves_nothing(&request, url.as_str()),
        Ok(None) => leaves_nothing(&request, &format!("/signed-out?{}", note("stays"))),
        Err(error) => {
            tracing::warn!(%error, "the provider's own session was not ended");
            leaves_nothing(&request, &format!("/signed-out?{}", note("open")))
        }
    }
}

/// Whether the provider revokes tokens. Unknown is yes: it is asked until it answers.
async fn revokes(oidc: &Client) -> bool {
    let metadata = oidc.provider().await;
    metadata.map_or(true, |metadata| metadata.revocation_endpoint.is_some())
}

/// Where the provider ends its own session, and from there back; `None`: it has no such place.
async fn next(
    request: &HttpRequest,
    query: LogoutQuery,
    ended: Option<&Ended>,
    (provider, note): (&IdentityProvider, &str),
) -> Result<Option<Url>, ProviderError> {
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
                note,
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

/// What the page after a sign-out is told: what was done, in words that are no secret.
fn note(ended: Option<&Ended>, revoked: Option<bool>, provider: &str) -> String {
    let session = if ended.is_some() { "ended" } else { "none" };
    let tokens = match revoked {
        Some(true) => "&tokens=revoked",
        Some(false) => "&tokens=revoking",
        None => "",
    };
    format!("session={session}{tokens}&provider={provider}")
}

/// Where a sign-out leads. The browser forgets pages (W3C Clear Site Data). What other tabs stored
/// stays, as what was typed there outlives the session; cookies may be other applications'.
fn leaves_nothing(request: &HttpRequest, location: &str) -> HttpResponse {
    let mut answer = leads_to(request, location);
    let forget = HeaderValue::from_static(r#""cache""#);
    answer.headers_mut().insert(CLEAR_SITE_DATA, forget);
    answer
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
