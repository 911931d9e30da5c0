//! What `/api` answers when it does not answer what was asked: one list of codes, one form (RFC
//! 9457).

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde::Serialize;
use sessions::{EndReason, Refusal};
use storage::Unavailable;
use utoipa::{IntoResponses, ToSchema};

/// Seconds after which a client may try again what failed with 503.
pub const RETRY_AFTER_SECONDS: u32 = 2;

/// Why a request of `/api` failed. Carries nothing that the cause could leak through.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProblemCode)]
pub enum ApiError {
    /// There is no session.
    #[error("Sign in to do this.")]
    Unauthenticated,
    /// The session ended for a reason that is not known.
    #[error("This session has ended.")]
    SessionEnded,
    /// The session was not used for `SESSION_IDLE_TIMEOUT`.
    #[error("This session ended because it was not used for a while.")]
    SessionIdleTimeout,
    /// The session reached `SESSION_ABSOLUTE_TIMEOUT`.
    #[error("This session ended because it reached its longest duration.")]
    SessionAbsoluteTimeout,
    /// The user signed out.
    #[error("You signed out of this session.")]
    SessionSignedOut,
    /// The user ended the session from another browser.
    #[error("You ended this session from another browser.")]
    SessionEndedElsewhere,
    /// The user signed out everywhere, or everywhere else.
    #[error("You signed out everywhere.")]
    SessionEndedEverywhere,
    /// The identity provider said that the user signed out there (back-channel logout).
    #[error("You signed out at the identity provider.")]
    SessionSignedOutAtProvider,
    /// The identity provider refused to renew the session's tokens.
    #[error("The identity provider refused to renew this session.")]
    SessionRefused,
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
    /// 401 for a session that ended for this reason.
    fn ended(reason: EndReason) -> Self {
        match reason {
            EndReason::Ended => Self::SessionEnded,
            EndReason::IdleTimeout => Self::SessionIdleTimeout,
            EndReason::AbsoluteTimeout => Self::SessionAbsoluteTimeout,
            EndReason::SignedOut => Self::SessionSignedOut,
            EndReason::EndedElsewhere => Self::SessionEndedElsewhere,
            EndReason::EndedEverywhere => Self::SessionEndedEverywhere,
            EndReason::SignedOutAtProvider => Self::SessionSignedOutAtProvider,
            EndReason::Refused => Self::SessionRefused,
            EndReason::LimitReached => Self::SessionReplaced,
            EndReason::SupersededBySignIn => Self::SessionRenewed,
        }
    }

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
        let mut response = HttpResponse::from_error(Self::MethodNotAllowed);
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static(allowed));
        response
    }
}

impl From<Unavailable> for ApiError {
    /// Logs and counts the cause, which the response does not contain.
    fn from(error: Unavailable) -> Self {
        Refusal::from(error).into()
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSession => Self::Unauthenticated,
            Refusal::Ended(reason) => Self::ended(reason),
            Refusal::StoreUnavailable => Self::SessionStoreUnavailable,
            Refusal::ProviderUnavailable => Self::IdentityProviderUnavailable,
            Refusal::Internal => Self::Internal,
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthenticated
            | Self::SessionEnded
            | Self::SessionIdleTimeout
            | Self::SessionAbsoluteTimeout
            | Self::SessionSignedOut
            | Self::SessionEndedElsewhere
            | Self::SessionEndedEverywhere
            | Self::SessionSignedOutAtProvider
            | Self::SessionRefused
            | Self::SessionReplaced
            | Self::SessionRenewed => StatusCode::UNAUTHORIZED,
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
