//! What `/api` answers when it does not answer what was asked: one list of codes, one form (RFC
//! 9457).

use ::metrics::counter;
use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::{metrics, storage::Unavailable};

/// Seconds after which a client may try again what failed with 503.
pub const RETRY_AFTER_SECONDS: u32 = 2;

/// Why a request of `/api` failed. Carries nothing that the cause could leak through.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProblemCode)]
pub enum ApiError {
    /// There is no session, or it has ended.
    #[error("Sign in to do this.")]
    Unauthenticated,
    /// The session gave way: its user signed in on more devices than `SESSION_MAX_PER_USER`.
    #[error("This session ended because you signed in on too many other devices.")]
    SessionReplaced,
    /// This browser signed in anew, and holds another session by now. No cookie is touched: ask
    /// again.
    #[error("This browser has signed in again. Ask once more.")]
    SessionRenewed,
    /// The request came from another site, or the user may not do this.
    #[error("This request is not allowed.")]
    Forbidden,
    /// The sign-in is too old for this; sign in again (`prompt=login`).
    #[error("Sign in again to do this.")]
    ReauthenticationRequired,
    /// The request cannot be understood.
    #[error("The request is not valid.")]
    InvalidRequest,
    /// There is nothing at this address.
    #[error("There is nothing here.")]
    NotFound,
    /// The address exists, but not for this method.
    #[error("This method is not supported here.")]
    MethodNotAllowed,
    /// Too many requests; `Retry-After` tells when to come back.
    #[error("Too many requests. Try again later.")]
    RateLimited,
    /// The session store does not answer. The session is kept.
    #[error("Sessions are temporarily unavailable. You are still signed in; try again shortly.")]
    SessionStoreUnavailable,
    /// The identity provider does not answer. The session is kept.
    #[error(
        "The identity provider is temporarily unavailable. You are still signed in; try again \
         shortly."
    )]
    IdentityProviderUnavailable,
    /// A fault of this server. The log tells which.
    #[error("Something went wrong on our side.")]
    Internal,
}

/// A problem document (RFC 9457), sent as `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` tells problems apart.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened, for programs.
    code: ApiError,
    /// What happened, for people.
    detail: String,
}

/// What a route behind the guard may answer instead.
#[derive(IntoResponses)]
pub enum GuardProblems {
    /// not signed in
    #[response(status = 401, content_type = "application/problem+json")]
    NotSignedIn(Problem),
    /// temporarily unavailable; still signed in
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

impl ApiError {
    /// Logs an unexpected error, once, and keeps it from the response.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        tracing::error!(
            cause = format!("{:#}", cause.into()),
            "request failed unexpectedly"
        );
        Self::Internal
    }

    /// 405, which must say what the address does answer to (RFC 9110 section 15.5.6), e.g. `GET,
    /// POST`.
    pub fn method_not_allowed(allowed: &'static str) -> HttpResponse {
        let mut response = Self::MethodNotAllowed.error_response();
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static(allowed));
        response
    }
}

impl From<Unavailable> for ApiError {
    /// Logs the cause, which the answer keeps to itself.
    fn from(error: Unavailable) -> Self {
        log_store_failure(&error);
        Self::SessionStoreUnavailable
    }
}

/// Tells the log and the counters of a store that failed, once for each request that it failed.
pub fn log_store_failure(error: &Unavailable) {
    counter!(metrics::STORE_FAILURES).increment(1);
    tracing::error!(%error, "session store failed");
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthenticated | Self::SessionReplaced | Self::SessionRenewed => {
                StatusCode::UNAUTHORIZED
            }
            Self::Forbidden | Self::ReauthenticationRequired => StatusCode::FORBIDDEN,
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::SessionStoreUnavailable | Self::IdentityProviderUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let problem = Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            code: *self,
            detail: self.to_string(),
        };
        let mut response = HttpResponse::build(status).json(problem);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
        }
        response
    }
}
