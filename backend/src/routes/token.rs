//! `GET /api/auth/token`: the access token for the page. Off unless `TOKEN_ENDPOINT=on`, because a
//! token that never reaches the browser cannot be stolen there (ASVS 10.1.1).

use actix_web::web::{Json, ReqData};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{GuardProblems, Problem};
use sessions::LiveSession;

/// The token as Wristband's React SDK expects it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenResponse {
    /// The bearer token.
    access_token: String,
    /// Expiry, in milliseconds since 1970.
    expires_at: i64,
}

/// The user's access token.
#[utoipa::path(
    get, path = "/api/auth/token", operation_id = "getToken",
    responses(
        (status = 200, body = TokenResponse),
        (status = 404, body = Problem, content_type = "application/problem+json",
            description = "switched off"),
        GuardProblems,
    )
)]
pub async fn token(current: ReqData<LiveSession>) -> Json<TokenResponse> {
    let tokens = &current.session.tokens;
    Json(TokenResponse {
        access_token: tokens.access_token.expose().to_owned(),
        expires_at: tokens.access_token_expires_at.as_millisecond(),
    })
}
