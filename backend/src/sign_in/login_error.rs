//! `/login-error`: the page of the single-page app that shows the reason of a failed sign-in.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use oidc_client::Error;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    LoginAttempt, UseUnknown, is_silent,
    passed_on::{ACR_VALUES, MAX_AGE},
};
use crate::error::ApiError;

/// Maximum of characters of an unknown tenant's name on the page.
const MAX_TYPED: usize = 100;

/// The reason on the error page, which has a text for each.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoginErrorReason {
    /// The provider is unavailable.
    IdentityProviderUnavailable,
    /// The session store is unavailable.
    SessionStoreUnavailable,
    /// The user or the provider refused the sign-in.
    AccessDenied,
    /// The request is incomplete or invalid.
    InvalidRequest,
    /// The tenant does not exist, or its domain does not belong to this application.
    InvalidTenant,
    /// The provider did not authenticate the user as the sign-in asked (`acr_values`, `max_age`).
    InsufficientAuthentication,
    /// The provider's response failed a check.
    LoginFailed,
    /// The provider refused this application: its secret, redirect URI or scopes.
    ApplicationRefused,
    /// Two restarts in a row failed.
    TooManyAttempts,
    /// The browser keeps no cookies.
    NoCookies,
    /// The session does not fit into the browser's cookies (`COOKIE_BUDGET`).
    SessionTooLarge,
    /// An internal error of this server.
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

/// A redirect to the error page.
#[derive(Clone, Debug, thiserror::Error)]
#[error("ends on the error page: {reason:?}")]
pub struct LoginError {
    reason: LoginErrorReason,
    tenant_name: Option<String>,
    return_url: String,
    /// The authentication that the attempt asks for, so that the next one does, too.
    max_age: Option<u32>,
    acr_values: Option<String>,
    /// `true` for a silent sign-in, which shows no error.
    is_silent: bool,
}

impl LoginError {
    /// For an attempt: the page offers to try again with the same parameters.
    pub fn of_attempt(reason: LoginErrorReason, attempt: &LoginAttempt) -> Self {
        Self {
            reason,
            tenant_name: attempt.tenant.name.clone(),
            return_url: attempt.return_url.clone(),
            max_age: attempt.max_age,
            acr_values: attempt.acr_values.clone(),
            is_silent: is_silent(&attempt.state),
        }
    }

    /// For an unknown tenant: the page shows the typed name again.
    pub fn unknown_tenant(typed: Option<&str>) -> Self {
        Self {
            tenant_name: typed.map(|typed| typed.chars().take(MAX_TYPED).collect()),
            ..LoginErrorReason::InvalidTenant.into()
        }
    }

    /// With this return URL, for a sign-in that has not begun. A silent one shows no error.
    #[must_use]
    pub fn returning_to(self, return_url: &str, is_silent: bool) -> Self {
        Self {
            return_url: return_url.to_owned(),
            is_silent,
            ..self
        }
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
            max_age: None,
            acr_values: None,
            is_silent: false,
        }
    }
}

impl From<Error> for LoginErrorReason {
    /// Logs the cause, which the page does not show.
    fn from(error: Error) -> Self {
        tracing::warn!(%error, "sign-in failed");
        Self::IdentityProviderUnavailable
    }
}

impl From<Error> for LoginError {
    fn from(error: Error) -> Self {
        LoginErrorReason::from(error).into()
    }
}

impl ResponseError for LoginError {
    fn status_code(&self) -> StatusCode {
        StatusCode::FOUND
    }

    /// 302 to the error page, or back to the page of a silent sign-in.
    fn error_response(&self) -> HttpResponse {
        if self.is_silent {
            return redirect_to(&self.return_url);
        }
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
        if let Some(seconds) = self.max_age {
            query.append_pair(MAX_AGE, &seconds.to_string());
        }
        if let Some(values) = &self.acr_values {
            query.append_pair(ACR_VALUES, values);
        }
        redirect_to(&format!("/login-error?{}", query.finish()))
    }
}

/// Redirects with 302 Found.
pub fn redirect_to(location: &str) -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, location))
        .finish()
}
