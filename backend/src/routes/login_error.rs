//! `/login-error`: the page of the single-page app that a sign-in ends on when it cannot go on by itself.

use actix_web::{HttpResponse, http::header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{error::ApiError, wristband::tenant::Tenant};

/// Why a sign-in or sign-out ended on the error page. The page has words for each.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoginErrorReason {
    /// The provider does not answer.
    IdentityProviderUnavailable,
    /// The session store does not answer.
    SessionStoreUnavailable,
    /// The user, or the provider, said no.
    AccessDenied,
    /// The address that was opened is not complete or not valid.
    InvalidRequest,
    /// There is no such tenant, or the domain is not one of ours.
    InvalidTenant,
    /// The provider's answer did not pass the checks.
    LoginFailed,
    /// Signing in was begun anew twice without success; often the browser keeps no cookies.
    TooManyAttempts,
    /// The session does not fit into the browser's cookies (`COOKIE_BUDGET`).
    SessionTooLarge,
    /// A fault of this server.
    Internal,
}

impl From<ApiError> for LoginErrorReason {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::SessionStoreUnavailable => Self::SessionStoreUnavailable,
            ApiError::IdentityProviderUnavailable => Self::IdentityProviderUnavailable,
            ApiError::InvalidRequest => Self::InvalidRequest,
            _ => Self::Internal,
        }
    }
}

/// 302 to the error page.
#[must_use]
pub fn redirect(reason: LoginErrorReason) -> HttpResponse {
    redirect_for(reason, &Tenant::default(), "/")
}

/// 302 to the error page, which offers to try again with this tenant and return address.
#[must_use]
pub fn redirect_for(reason: LoginErrorReason, tenant: &Tenant, return_url: &str) -> HttpResponse {
    let reason = serde_json::to_value(reason).ok();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair(
        "reason",
        reason
            .as_ref()
            .and_then(serde_json::Value::as_str)
            .unwrap_or("internal"),
    );
    if let Some(name) = &tenant.name {
        query.append_pair("tenant_name", name);
    }
    if return_url != "/" {
        query.append_pair("return_url", return_url);
    }
    see(&format!("/login-error?{}", query.finish()))
}

/// 302.
#[must_use]
pub fn see(location: &str) -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, location))
        .finish()
}
