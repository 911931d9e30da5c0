//! The plain response to a refused request, for applications without an error format of their own.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};

use crate::Refusal;

/// Seconds after which a client may try again.
const RETRY_AFTER: (&str, &str) = ("Retry-After", "2");

impl ResponseError for Refusal {
    /// 401 if there is no live session, 503 if that is unknown.
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NoSession
            | Self::Ended(_)
            | Self::DeviceProofRequired
            | Self::DeviceBindingRequired => StatusCode::UNAUTHORIZED,
            Self::StoreUnavailable | Self::ProviderUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header(("Cache-Control", "no-store"));
        if self.status_code() == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header(RETRY_AFTER);
        }
        response.body(self.to_string())
    }
}
