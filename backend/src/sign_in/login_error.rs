//! `/login-error`: the page of the single-page app that a sign-in ends on when it cannot go on by
//! itself.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{LoginAttempt, UseUnknown};
use crate::{error::ApiError, oidc::ProviderError};

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
    /// Signing in was begun anew twice without success.
    TooManyAttempts,
    /// The browser keeps no cookies.
    NoCookies,
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

/// A navigation that ends on the error page.
#[derive(Clone, Debug, thiserror::Error)]
#[error("ends on the error page: {reason:?}")]
pub struct LoginError {
    reason: LoginErrorReason,
    tenant_name: Option<String>,
    return_url: String,
}

impl LoginError {
    /// For an attempt: the page offers to try again with its tenant and return address.
    pub fn of_attempt(reason: LoginErrorReason, attempt: &LoginAttempt) -> Self {
        Self {
            reason,
            tenant_name: attempt.tenant.name.clone(),
            return_url: attempt.return_url.clone(),
        }
    }

    /// The same, for an attempt that was not begun yet.
    #[must_use]
    pub fn returning_to(self, return_url: &str) -> Self {
        let return_url = return_url.to_owned();
        Self { return_url, ..self }
    }
}

impl From<UseUnknown> for LoginError {
    fn from(UseUnknown { attempt, error }: UseUnknown) -> Self {
        Self::of_attempt(ApiError::from(error).into(), &attempt)
    }
}

impl From<LoginErrorReason> for LoginError {
    fn from(reason: LoginErrorReason) -> Self {
        Self {
            reason,
            tenant_name: None,
            return_url: "/".to_owned(),
        }
    }
}

impl From<ProviderError> for LoginErrorReason {
    /// Says the cause to the log, once, and to nobody else.
    fn from(error: ProviderError) -> Self {
        tracing::warn!(%error, "sign-in could not go on");
        Self::IdentityProviderUnavailable
    }
}

impl From<ProviderError> for LoginError {
    fn from(error: ProviderError) -> Self {
        LoginErrorReason::from(error).into()
    }
}

impl ResponseError for LoginError {
    fn status_code(&self) -> StatusCode {
        StatusCode::FOUND
    }

    /// 302 to the error page.
    fn error_response(&self) -> HttpResponse {
        let reason = serde_json::to_value(self.reason).ok();
        let reason = reason.as_ref().and_then(serde_json::Value::as_str);
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("reason", reason.unwrap_or("internal"));
        if let Some(name) = &self.tenant_name {
            query.append_pair("tenant_name", name);
        }
        if self.return_url != "/" {
            query.append_pair("return_url", &self.return_url);
        }
        found(&format!("/login-error?{}", query.finish()))
    }
}

/// 302.
pub fn found(location: &str) -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, location))
        .finish()
}
