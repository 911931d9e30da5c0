//! `GET /api/profile`: an example of a protected resource. The backend calls the provider with the
//! user's access token.

use actix_web::{
    HttpRequest,
    web::{Data, Json, ReqData},
};
use jiff::Timestamp;
use oidc_client::{Error, ErrorKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::{ApiError, GuardProblems},
    identity_provider::Profile,
    sign_in::SignIn,
};
use sessions::Role;
use sessions::{LiveSession, Sessions, UserSession};

/// The user's current claims at the provider.
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
    /// Time of the claims: now, or the sign-in if the provider has no userinfo.
    #[schema(value_type = String, format = DateTime)]
    fetched_at: Timestamp,
}

/// The user's current profile at the provider.
#[utoipa::path(
    get, path = "/api/profile", operation_id = "getProfile",
    responses(
        (status = 200, body = ProfileResponse),
        GuardProblems,
    )
)]
pub async fn profile(
    request: HttpRequest,
    current: ReqData<LiveSession>,
    sessions: Data<Sessions>,
    sign_in: Data<SignIn>,
) -> Result<Json<ProfileResponse>, ApiError> {
    let mut profile = ask(&sign_in, &current.session).await;
    if profile
        .as_ref()
        .is_err_and(|error| error.kind() == ErrorKind::AccessTokenRefused)
    {
        // The access token may be revoked. A refresh shows it: if it is refused, the session ends.
        let refreshed = sessions.with_another_token(&request, &current, None);
        let refreshed = refreshed.await?;
        profile = ask(&sign_in, &refreshed.session).await;
    }
    let profile = profile.map_err(|error| {
        tracing::warn!(%error, "userinfo failed");
        ApiError::IdentityProviderUnavailable
    })?;
    // The response must be about the session's user (OpenID Connect Core section 5.3.2).
    if profile.user.id != current.session.user.id {
        return Err(ApiError::internal(anyhow::anyhow!(
            "userinfo is about another user"
        )));
    }
    let fetched_at = match profile.claims {
        Some(_) => sign_in.clock.now(),
        None => current.session.created_at,
    };
    Ok(Json(response(profile, fetched_at)))
}

async fn ask(sign_in: &SignIn, session: &UserSession) -> Result<Profile, Error> {
    let token = &session.tokens.access_token;
    sign_in.provider.profile(token, &session.user).await
}

fn response(Profile { user, claims }: Profile, fetched_at: Timestamp) -> ProfileResponse {
    let claims = claims.unwrap_or_default();
    ProfileResponse {
        user_id: user.id,
        tenant_id: user.tenant_id,
        name: user.name,
        given_name: claims.given_name,
        family_name: claims.family_name,
        email: user.email,
        email_verified: user.email_verified,
        picture: claims.picture,
        locale: claims.locale,
        zoneinfo: claims.zoneinfo,
        identity_provider: user.identity_provider,
        roles: user.roles,
        fetched_at,
    }
}
