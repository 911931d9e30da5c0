//! `POST /api/session/device/register` and `/refresh`: the browser binds the session to this
//! device, and renews the bound cookie (Device Bound Session Credentials, W3C).
//!
//! Pages never call them; the browser does by itself.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, http::header::ContentType, web::Data};
use dbsc::Outcome;

use crate::error::{ApiError, Problem};
use sessions::{DeviceSettings, Sessions};

/// Paths that need no session.
const EXCLUDED: &[&str] = &["/assets", "/api/config", "/api/csp-reports"];

/// The settings of device-bound sessions, with the paths of this application.
pub const fn settings(cookie_lifetime: Duration, is_required: bool) -> DeviceSettings {
    DeviceSettings {
        cookie_lifetime,
        is_required,
        register_path: "/api/session/device/register",
        refresh_path: "/api/session/device/refresh",
        excluded_paths: EXCLUDED,
    }
}

/// Binds the session to this device: 200 with session instructions and the bound cookie, or 401 if
/// the proof is not valid or the session is bound already. Needs no cookies: after the redirect of
/// another site the browser sends none that are `SameSite=Strict`.
#[utoipa::path(
    post, path = "/api/session/device/register", operation_id = "registerDevice",
    responses(
        (status = 200, description = "session instructions, and the bound cookie"),
        (status = 401, body = Problem, content_type = "application/problem+json",
            description = "the proof is not valid, or the session is bound already"),
        (status = 503, body = Problem, content_type = "application/problem+json",
            description = "temporarily unavailable"),
    )
)]
pub async fn register(
    request: HttpRequest,
    sessions: Data<Sessions>,
) -> Result<HttpResponse, ApiError> {
    respond(sessions.register_device(&request).await?)
}

/// Renews the bound cookie: 200 with it, 403 with a challenge to sign, 401 if the proof is not
/// valid, or 200 with `continue: false` if there is no such session.
#[utoipa::path(
    post, path = "/api/session/device/refresh", operation_id = "refreshDevice",
    responses(
        (status = 200, description = "the bound cookie, or `continue: false`: no such session"),
        (status = 401, body = Problem, content_type = "application/problem+json",
            description = "the proof is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json",
            description = "`Secure-Session-Challenge` has a challenge to sign"),
        (status = 503, body = Problem, content_type = "application/problem+json",
            description = "temporarily unavailable"),
    )
)]
pub async fn refresh(
    request: HttpRequest,
    sessions: Data<Sessions>,
) -> Result<HttpResponse, ApiError> {
    respond(sessions.refresh_device(&request).await?)
}

fn respond(outcome: Outcome<String>) -> Result<HttpResponse, ApiError> {
    let body = match outcome {
        Outcome::Bound(instructions) => instructions,
        Outcome::End => dbsc::END.to_owned(),
        Outcome::ChallengeAgain => return Err(ApiError::Forbidden),
        Outcome::Refuse(_) => return Err(ApiError::DeviceProofRequired),
    };
    let mut response = HttpResponse::Ok();
    Ok(response.insert_header(ContentType::json()).body(body))
}
