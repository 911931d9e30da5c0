//! The call to the provider that refreshes tokens, and its effect on the session.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use oidc_client::{Client, Error, ErrorKind, Tokens};
use storage::Clock;

use crate::{
    AccessToken, Audience, EndReason, Refusal, Role, RoleSource, SessionTokens, UserSession,
};

/// Longest wait for the roles: the new tokens are not stored before.
const ROLES_WAIT: Duration = Duration::from_secs(2);

/// Sends the refresh token: three tries with jitter. Only a refusal of the grant ends a session.
/// The roles are those of `role_source`, else the session's: they never follow from a failure.
/// `audience`: the API that the new access token is for, beside the session's own.
pub(super) async fn request_refresh(
    provider: &Client,
    session: &UserSession,
    by: String,
    clock: &Clock,
    role_source: Option<&dyn RoleSource>,
    audience: Option<&Audience>,
) -> Result<SessionTokens, Refusal> {
    let tokens = &session.tokens;
    let Some(refresh_token) = &tokens.refresh_token else {
        // The session itself goes on until its own access token expires.
        return Err(match audience {
            Some(_) => Refusal::ProviderUnavailable,
            None => Refusal::Ended(EndReason::Refused),
        });
    };
    let retries = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(100))
        .with_max_times(2)
        .with_jitter();
    let send = async || match audience {
        Some(audience) => {
            let target = audience.target();
            let user = &session.user.id;
            provider.refresh_for(refresh_token, user, target).await
        }
        None => provider.refresh(refresh_token, &session.user.id).await,
    };
    let refreshed = send
        .retry(retries)
        .when(|error| error.kind() == ErrorKind::Unavailable)
        .await;
    let refreshed = match (refreshed, audience) {
        (Ok(refreshed), None) => refreshed,
        (Ok(refreshed), Some(audience)) => {
            audience.note_token(&refreshed.access_token);
            return Ok(with_api_token(session, refreshed, audience));
        }
        (Err(error), Some(audience)) if error.kind() == ErrorKind::InvalidGrant => {
            // Either the refresh token is revoked, or the user has not consented to this API: the
            // next request tells.
            tracing::warn!(%error, api = audience.name(), "no token for an API");
            let own = request_refresh(provider, session, by, clock, role_source, None);
            return Box::pin(own).await;
        }
        (Err(error), _) => return after_failure(&error, session, clock),
    };
    let roles = read_roles(role_source, &refreshed, session).await;
    let previous_id_token = tokens.id_token.clone();
    Ok(SessionTokens {
        // Without rotation the old one stays valid (RFC 6749 section 6).
        refresh_token: refreshed
            .refresh_token
            .or_else(|| Some(refresh_token.clone())),
        // Stored only if the session had one from the start.
        id_token: previous_id_token.map(|previous| refreshed.id_token.unwrap_or(previous)),
        access_token: refreshed.access_token,
        access_token_expires_at: refreshed.access_token_expires_at,
        issued_at: refreshed.issued_at,
        refresh_count: tokens.refresh_count + 1,
        refreshes_for_apis: tokens.refreshes_for_apis,
        of_apis: tokens.unexpired_of_apis(clock.now()),
        refreshed_by: Some(by),
        roles: Some(roles),
    })
}

/// The tokens of the session, with a new one for an API.
fn with_api_token(session: &UserSession, refreshed: Tokens, audience: &Audience) -> SessionTokens {
    let mut tokens = session.tokens.clone();
    tokens.refresh_count += 1;
    tokens.refreshes_for_apis += 1;
    tokens.roles = Some(session.user.roles.clone());
    tokens.refresh_token = refreshed.refresh_token.or(tokens.refresh_token);
    if let (Some(kept), Some(new)) = (&mut tokens.id_token, refreshed.id_token) {
        *kept = new;
    }
    tokens.of_apis = tokens.unexpired_of_apis(refreshed.issued_at);
    let token = AccessToken {
        token: refreshed.access_token,
        expires_at: refreshed.access_token_expires_at,
        issued_at: refreshed.issued_at,
        refresh: tokens.refresh_count,
    };
    tokens.of_apis.insert(audience.name().to_owned(), token);
    tokens
}

async fn read_roles(
    source: Option<&dyn RoleSource>,
    refreshed: &Tokens,
    session: &UserSession,
) -> Vec<Role> {
    let mut roles = None;
    if let Some(source) = source {
        let reading = source.roles(refreshed, &session.user);
        match tokio::time::timeout(ROLES_WAIT, reading).await {
            Ok(read) => roles = read,
            Err(_) => tracing::warn!("the user's roles were not read in time"),
        }
    }
    roles.unwrap_or_else(|| session.user.roles.clone())
}

/// Returns the outcome of a refresh without new tokens for this session.
fn after_failure(
    error: &Error,
    session: &UserSession,
    clock: &Clock,
) -> Result<SessionTokens, Refusal> {
    let tokens = &session.tokens;
    match error.kind() {
        ErrorKind::InvalidGrant | ErrorKind::GrantRefused => {
            Err(Refusal::Ended(EndReason::Refused))
        }
        ErrorKind::Unusable | ErrorKind::Unreadable => {
            let what = "the provider used up the refresh token but returned no usable tokens";
            tracing::error!(%error, "{what}");
            if tokens.access_token_expires_at <= clock.now() {
                return Err(Refusal::Ended(EndReason::Refused));
            }
            // Never sent again: the session goes on until its access token expires.
            Ok(SessionTokens {
                refresh_token: None,
                refresh_count: tokens.refresh_count + 1,
                roles: Some(session.user.roles.clone()),
                ..tokens.clone()
            })
        }
        ErrorKind::WrongTokens => {
            tracing::error!(%error, "refreshed tokens refused: not for the session's user");
            Err(Refusal::Ended(EndReason::Refused))
        }
        _ => {
            tracing::warn!(%error, "access token not refreshed; the session is kept");
            Err(Refusal::ProviderUnavailable)
        }
    }
}
