//! `GET /api/profile`: a sample protected resource. The backend calls the provider with the user's access token.

use actix_session::Session;
use actix_web::{
    HttpRequest,
    web::{Data, Json, ReqData},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Clock,
    error::{ApiError, Problem},
    session::{Role, Sessions, guard::Authenticated},
    wristband::{UserInfoError, Wristband},
};

/// What the provider says of the user right now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileResponse {
    user_id: String,
    tenant_id: String,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    email: Option<String>,
    email_verified: Option<bool>,
    picture: Option<String>,
    locale: Option<String>,
    zoneinfo: Option<String>,
    identity_provider: Option<String>,
    roles: Vec<Role>,
    /// When the provider was asked.
    #[schema(value_type = String, format = DateTime)]
    fetched_at: Timestamp,
}

/// The user's profile, fresh from the provider.
#[utoipa::path(
    get, path = "/api/profile", operation_id = "getProfile",
    responses(
        (status = 200, body = ProfileResponse),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "not signed in"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "temporarily unavailable; still signed in"),
    )
)]
pub async fn profile(
    request: HttpRequest,
    current: ReqData<Authenticated>,
    session: Session,
    sessions: Data<Sessions>,
    wristband: Data<Wristband>,
    clock: Data<Clock>,
) -> Result<Json<ProfileResponse>, ApiError> {
    let mut info = wristband
        .userinfo(&current.session.tokens.access_token)
        .await;
    if matches!(info, Err(UserInfoError::Unauthorized)) {
        // Revoked before its time? The refresh token tells: if it is refused too, the session ends.
        let renewed = sessions
            .with_another_token(&session, &current, &request)
            .await?;
        info = wristband
            .userinfo(&renewed.session.tokens.access_token)
            .await;
    }
    let info = info.map_err(|error| {
        tracing::warn!(%error, "userinfo failed");
        ApiError::IdentityProviderUnavailable
    })?;
    // The provider must speak of the user whose session this is (OpenID Connect Core section 5.3.2).
    if info.sub != current.session.user.id {
        return Err(ApiError::internal(anyhow::anyhow!(
            "userinfo speaks of another user"
        )));
    }
    Ok(Json(ProfileResponse {
        user_id: info.sub,
        tenant_id: info.tenant_id,
        name: info.name,
        given_name: info.given_name,
        family_name: info.family_name,
        email: info.email,
        email_verified: info.email_verified,
        picture: info.picture,
        locale: info.locale,
        zoneinfo: info.zoneinfo,
        identity_provider: info.identity_provider,
        roles: info.roles,
        fetched_at: clock.now(),
    }))
}
