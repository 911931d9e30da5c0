//! `GET|POST /api/auth/logout`: ends the session here, then what it led to at the provider.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    web::{Data, Query},
};
use serde::Deserialize;

use crate::{
    error::ApiError,
    session::Sessions,
    sign_in::{LoginError, LoginErrorReason, host},
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

/// Ends, in this order, the session (store, then cookies), the refresh token, and the provider's session.
pub async fn logout(
    request: HttpRequest,
    query: Option<Query<LogoutQuery>>,
    sessions: Data<Sessions>,
    wristband: Data<Wristband>,
) -> Result<HttpResponse, LoginError> {
    let ended = sessions.end(&request).await;
    let ended = ended.map_err(|error| LoginErrorReason::from(ApiError::from(error)))?;
    let query = query.map(Query::into_inner).unwrap_or_default();
    let tenant = match ended.as_ref().map(|ended| &ended.session.user) {
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
                host: host(&request),
            };
            wristband.resolve_tenant(hints).await
        }
    };
    let home = wristband.origin(host(&request));
    let next = match tenant {
        Ok(Some(tenant)) => wristband.logout_url(&tenant, home.as_str()).await,
        Ok(None) | Err(TenantError::Unknown) => wristband.application_login_url(None).await,
        Err(TenantError::Unavailable(error)) => Err(error),
    };
    // After a POST the browser must come with GET (RFC 9110 section 15.4.4).
    let status = if request.method() == Method::POST {
        StatusCode::SEE_OTHER
    } else {
        StatusCode::FOUND
    };
    Ok(HttpResponse::build(status)
        .insert_header((header::LOCATION, next?.as_str()))
        .finish())
}
