//! `POST /api/auth/backchannel-logout`: the provider says that a user signed out there (OpenID
//! Connect Back-Channel Logout 1.0). It ends the sessions that came of it, on every node, whichever
//! store keeps them.

use actix_web::{
    HttpResponse,
    web::{Data, Form},
};
use serde::Deserialize;

use crate::{
    error::ApiError,
    events,
    oidc::{Client, IdTokenError},
    session::{Sessions, revocation::Added},
};

/// What the provider posts (section 2.5).
#[derive(Deserialize)]
pub struct LogoutForm {
    logout_token: String,
}

/// Verifies the logout token and ends what it names. 200 also when that is nothing: the provider
/// learns nothing of us.
pub async fn backchannel_logout(
    form: Result<Form<LogoutForm>, actix_web::Error>,
    oidc: Data<Client>,
    sessions: Data<Sessions>,
) -> Result<HttpResponse, ApiError> {
    let token = form
        .map_err(|_| ApiError::InvalidRequest)?
        .into_inner()
        .logout_token;
    let claims = oidc
        .verify_logout_token(&token)
        .await
        .map_err(|error| match error {
            IdTokenError::Unavailable(error) => {
                tracing::warn!(%error, "a logout token cannot be verified now");
                ApiError::IdentityProviderUnavailable
            }
            error => {
                events::logout_token_refused(&error);
                ApiError::InvalidRequest
            }
        })?;
    let ended = sessions
        .end_by_provider(claims.sub, claims.sid, &claims.jti)
        .await?;
    if ended == Added::TokenTakenBefore {
        events::logout_token_refused(&"it was sent again");
        return Err(ApiError::InvalidRequest);
    }
    Ok(HttpResponse::Ok().finish())
}
