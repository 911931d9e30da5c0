//! `GET` and `DELETE /api/sessions`: lists the user's sessions, and ends them.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    web::{Data, Json, Path, Query, ReqData},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    error::{ApiError, GuardProblems, Problem},
    step_up::Authentication,
};
use sessions::{EndError, Handle, LiveSession, Sessions};

/// One of the user's sessions. Times are RFC 3339 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionSummary {
    /// The session's public name.
    #[schema(value_type = String)]
    handle: Handle,
    /// `true` for the session of this request.
    current: bool,
    /// Time of the sign-in.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Time of the last use, to the minute.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// End if it is not used again.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Time since which the session works only on its device; absent: it works anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    device_bound_at: Option<Timestamp>,
    /// The `User-Agent` at the sign-in.
    #[schema(required)]
    user_agent: Option<String>,
}

/// The sessions to end.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// All but the session of this request.
    Others,
    /// All sessions.
    All,
}

/// The query of `DELETE /api/sessions`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ScopeQuery {
    /// The sessions to end.
    #[param(inline)]
    scope: Scope,
}

/// The response to a request that ends sessions.
fn response(ended: Result<(), EndError>, request: &HttpRequest) -> HttpResponse {
    let error = match ended {
        Ok(()) => return HttpResponse::NoContent().finish(),
        Err(EndError::SignInTooOld { max_age }) => {
            let required = Authentication {
                max_age: Some(max_age),
                ..Authentication::default()
            };
            return required.refusal(request.headers());
        }
        Err(EndError::Unknown) => ApiError::NotFound,
        Err(EndError::Refused(refusal)) => refusal.into(),
    };
    error.error_response()
}

/// The user's sessions, the last used first. In client-side mode only the current one is known.
#[utoipa::path(
    get, path = "/api/sessions", operation_id = "listSessions",
    responses(
        (status = 200, body = Vec<SessionSummary>),
        GuardProblems,
    )
)]
pub async fn list(
    current: ReqData<LiveSession>,
    sessions: Data<Sessions>,
) -> Result<Json<Vec<SessionSummary>>, ApiError> {
    let found = sessions.list(&current).await?;
    let summary = |one: LiveSession| SessionSummary {
        current: one.handle == current.handle,
        handle: one.handle,
        created_at: one.session.created_at,
        last_seen_at: one.session.last_seen_at,
        expires_at: one.session.idle_expires_at(sessions.timeouts()),
        device_bound_at: one.session.device.as_ref().map(|device| device.bound_at),
        user_agent: one.session.user_agent.clone(),
    };
    Ok(Json(found.into_iter().map(summary).collect()))
}

/// Ends one session of the user.
#[utoipa::path(
    delete, path = "/api/sessions/{handle}", operation_id = "endSession",
    params(("handle" = String, Path, description = "the session's public name")),
    responses(
        (status = 204, description = "ended"),
        (status = 401, body = Problem, content_type = "application/problem+json",
            description = "not signed in"),
        (status = 403, body = Problem, content_type = "application/problem+json",
            description = "another session, and the sign-in is older than `max_age`"),
        (status = 404, body = Problem, content_type = "application/problem+json",
            description = "the user has no such session"),
        (status = 503, body = Problem, content_type = "application/problem+json",
            description = "temporarily unavailable; nothing was ended"),
    )
)]
pub async fn end_one(
    request: HttpRequest,
    handle: Path<String>,
    current: ReqData<LiveSession>,
    sessions: Data<Sessions>,
) -> Result<HttpResponse, ApiError> {
    let handle = handle.parse().map_err(|_| ApiError::NotFound)?;
    let ended = sessions.end_one(&request, &current, handle).await;
    Ok(response(ended, &request))
}

/// Ends the user's other sessions, or all.
#[utoipa::path(
    delete, path = "/api/sessions", operation_id = "endSessions",
    params(ScopeQuery),
    responses(
        (status = 204, description = "ended"),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "no scope"),
        (status = 401, body = Problem, content_type = "application/problem+json",
            description = "not signed in"),
        (status = 403, body = Problem, content_type = "application/problem+json",
            description = "the sign-in is older than `max_age`"),
        (status = 503, body = Problem, content_type = "application/problem+json",
            description = "temporarily unavailable; some may still be alive"),
    )
)]
pub async fn end_all(
    query: Result<Query<ScopeQuery>, actix_web::Error>,
    current: ReqData<LiveSession>,
    request: HttpRequest,
    sessions: Data<Sessions>,
) -> Result<HttpResponse, ApiError> {
    let scope = query.map_err(|_| ApiError::InvalidRequest)?.scope;
    let others_only = scope == Scope::Others;
    let ended = sessions.end_all(&request, &current, others_only).await;
    Ok(response(ended, &request))
}
