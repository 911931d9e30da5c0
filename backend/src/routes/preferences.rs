//! `GET` and `PUT /api/preferences`: an example of the application's own data in a session.

use actix_web::{
    Error, HttpRequest,
    web::{Data, Json},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, GuardProblems, Problem};
use sessions::{Sessions, UpdateError};

/// Characters of the longest reminder.
const MAX_REMINDER: usize = 280;

/// The colours of the pages.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// The colours that the reader's system has.
    #[default]
    System,
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// The user's preferences, which the session contains until it ends.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
pub struct Preferences {
    /// The colours of the pages.
    #[schema(required)]
    theme: Theme,
    /// A text that the user wants to see again.
    #[schema(required, max_length = 280)]
    reminder: String,
}

impl From<UpdateError> for ApiError {
    fn from(error: UpdateError) -> Self {
        match error {
            UpdateError::TooLarge(error) => {
                tracing::info!(%error, "session data were refused");
                Self::SessionTooLarge
            }
            UpdateError::Refused(refusal) => refusal.into(),
        }
    }
}

/// The preferences. With `?slide=false` the request does not count as activity.
#[utoipa::path(
    get, path = "/api/preferences", operation_id = "getPreferences",
    params((
        "slide" = Option<bool>,
        Query,
        description = "`false`: this request does not count as activity"
    )),
    responses(
        (status = 200, body = Preferences),
        GuardProblems,
    )
)]
pub async fn read(
    request: HttpRequest,
    sessions: Data<Sessions>,
) -> Result<Json<Preferences>, ApiError> {
    Ok(Json(sessions.newest(&request).await?.data()))
}

/// Replaces the preferences.
#[utoipa::path(
    put, path = "/api/preferences", operation_id = "setPreferences",
    request_body = Preferences,
    responses(
        (status = 200, body = Preferences, description = "the stored preferences"),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "no preferences, or a reminder of more than 280 characters"),
        (status = 413, body = Problem, content_type = "application/problem+json",
            description = "too large for the session, which is unchanged"),
        GuardProblems,
    )
)]
pub async fn replace(
    request: HttpRequest,
    preferences: Result<Json<Preferences>, Error>,
    sessions: Data<Sessions>,
) -> Result<Json<Preferences>, ApiError> {
    let wanted = preferences
        .map_err(|_| ApiError::InvalidRequest)?
        .into_inner();
    if wanted.reminder.chars().count() > MAX_REMINDER {
        return Err(ApiError::InvalidRequest);
    }
    let change = |stored: &mut Preferences| stored.clone_from(&wanted);
    Ok(Json(sessions.update(&request, change).await?.data()))
}
