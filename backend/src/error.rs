//! Error responses of `/api`: problem details (RFC 9457) with a stable `code`.

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// Seconds after which a client may retry a request that failed with 503.
pub const RETRY_AFTER_SECONDS: u32 = 2;

/// The reason why a request of `/api` failed. Contains no details of the cause.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProblemCode)]
pub enum ApiError {
    /// There is no session.
    #[error("Sign in to do this.")]
    Unauthenticated,
    /// The session ended for another reason.
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
    /// The user signed out at the identity provider (back-channel logout).
    #[error("You signed out at the identity provider.")]
    SessionSignedOutAtProvider,
    /// The identity provider refused to refresh the session's tokens.
    #[error("The identity provider refused to renew this session.")]
    SessionRefused,
    /// The session ended because its user signed in on more devices than `SESSION_MAX_PER_USER`.
    #[error("This session ended because you signed in on too many other devices.")]
    SessionReplaced,
    /// This browser has signed in again and has another session. Cookies are unchanged: send the
    /// request again.
    #[error("This browser has signed in again. Ask once more.")]
    SessionRenewed,
    /// The session is bound to a device, and the request does not prove it. Cookies are unchanged:
    /// send the request again once, as the browser may just have bound the session.
    #[error("This session works only on the device where you signed in. Sign in again.")]
    DeviceProofRequired,
    /// The session is not bound to this device a minute after the sign-in, and
    /// `DEVICE_BOUND_SESSIONS=required` asks for it.
    #[error("This browser cannot bind the session to your device, which is required here.")]
    DeviceBindingRequired,
    /// The request came from another site, or the user lacks the role that it requires.
    #[error("This request is not allowed.")]
    Forbidden,
    /// The sign-in is too old for this, or of the wrong class: sign in again with the problem's
    /// `max_age` and `acr_values`.
    #[error("Sign in again to do this.")]
    ReauthenticationRequired,
    /// The request is not valid.
    #[error("The request is not valid.")]
    InvalidRequest,
    /// The application's data do not fit into the session's cookies. The session is unchanged.
    #[error("This does not fit into your session. Nothing was changed.")]
    SessionTooLarge,
    /// The address does not exist.
    #[error("There is nothing here.")]
    NotFound,
    /// The address exists, but not for this method.
    #[error("This method is not supported here.")]
    MethodNotAllowed,
    /// Too many requests; `Retry-After` contains the seconds to wait.
    #[error("Too many requests. Try again later.")]
    RateLimited,
    /// The session store is unavailable. The session is kept.
    #[error("Sessions are temporarily unavailable. You are still signed in; try again shortly.")]
    SessionStoreUnavailable,
    /// The identity provider is unavailable. The session is kept.
    #[error(
        "The identity provider is temporarily unavailable. You are still signed in; try again \
         shortly."
    )]
    IdentityProviderUnavailable,
    /// The service that the request is for failed, or refuses the token. The session is kept.
    #[error("A service is temporarily unavailable. You are still signed in; try again shortly.")]
    ApiUnavailable,
    /// The service that the request is for does not answer in time. The session is kept.
    #[error("A service does not answer in time. You are still signed in; try again shortly.")]
    ApiTimeout,
    /// An internal error, which the log describes.
    #[error("Something went wrong on our side.")]
    Internal,
}

/// A problem document (RFC 9457), sent as `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`; `code` names the problem.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The reason phrase of the status.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// The problem, for programs.
    code: ApiError,
    /// The problem, for people.
    detail: String,
    /// Of `reauthentication_required`: longest time since the user's authentication, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
    /// Of `reauthentication_required`: values of `acr`, separated by spaces; one suffices.
    #[serde(skip_serializing_if = "Option::is_none")]
    acr_values: Option<String>,
}

/// Error responses of routes behind the guard.
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

    /// A response with 405 and the allowed methods (RFC 9110 section 15.5.6), e.g. `GET, POST`.
    pub fn method_not_allowed(allowed: &'static str) -> HttpResponse {
        let mut response = HttpResponse::from_error(Self::MethodNotAllowed);
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static(allowed));
        response
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
            | Self::SessionRenewed
            | Self::DeviceProofRequired
            | Self::DeviceBindingRequired => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::ReauthenticationRequired => StatusCode::FORBIDDEN,
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::SessionTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::SessionStoreUnavailable | Self::IdentityProviderUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::ApiUnavailable => StatusCode::BAD_GATEWAY,
            Self::ApiTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        Problem::from(*self).into()
    }
}

impl From<ApiError> for Problem {
    fn from(code: ApiError) -> Self {
        let status = code.status_code();
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            code,
            detail: code.to_string(),
            max_age: None,
            acr_values: None,
        }
    }
}

impl Problem {
    /// `reauthentication_required`, with what a new sign-in must ask for.
    pub fn reauthentication_required(max_age: Option<u64>, acr_values: Option<&str>) -> Self {
        Self {
            max_age,
            acr_values: acr_values.map(str::to_owned),
            ..ApiError::ReauthenticationRequired.into()
        }
    }
}

impl From<Problem> for HttpResponse {
    fn from(problem: Problem) -> Self {
        let status = problem.code.status_code();
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
