//! `POST /api/auth/backchannel-logout`: the provider reports that a user signed out there (OpenID
//! Connect Back-Channel Logout 1.0). Ends the sessions of that sign-in, on every node and in every
//! store.

use actix_web::{
    HttpResponse,
    web::{Data, Form},
};
use oidc_client::{Client, ErrorKind};
use revocation_list::Added;
use serde::Deserialize;

use sessions::Sessions;

use crate::{error::ApiError, events};

/// The form that the provider posts (section 2.5).
#[derive(Deserialize)]
pub struct LogoutForm {
    logout_token: String,
}

/// Verifies the logout token and ends its sessions. Responds with 200 also if there are none, so
/// that the response reveals nothing about sessions.
pub async fn receive(
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
        .map_err(|error| match error.kind() {
            ErrorKind::Unavailable => {
                tracing::warn!(%error, "a logout token cannot be verified now");
                ApiError::IdentityProviderUnavailable
            }
            _ => {
                events::logout_token_refused(&error);
                ApiError::InvalidRequest
            }
        })?;
    let ended = sessions.end_by_provider(claims).await?;
    if ended == Added::TokenUsedBefore {
        events::logout_token_refused(&"it was sent again");
        return Err(ApiError::InvalidRequest);
    }
    Ok(HttpResponse::Ok().finish())
}
