//! `GET /api/auth/callback`: the browser comes back from the provider; from here on it has a session, or an answer why not.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::header,
    web::{Data, Query},
};
use jiff::Timestamp;

use crate::{
    session::{BeginError, Sessions, UserSession},
    sign_in::{
        AuthorizationResponse, Failure, Identity, LoginError, LoginErrorReason, SignIn, found,
    },
};

/// Characters kept of what the browser says it is.
const LONGEST_USER_AGENT: usize = 160;

/// Verifies the attempt, exchanges the code, and begins the session.
pub async fn callback(
    request: HttpRequest,
    query: Result<Query<AuthorizationResponse>, actix_web::Error>,
    session: Session,
    sessions: Data<Sessions>,
    sign_in: Data<SignIn>,
) -> Result<HttpResponse, LoginError> {
    let response = query.map_err(|_| LoginErrorReason::InvalidRequest)?;
    let answer = finish(&request, &response, &session, &sessions, &sign_in).await;
    let mut answer = answer.unwrap_or_else(|error| error.error_response());
    // Single use: whatever came of it, the attempt is over.
    let _ = answer.add_cookie(&sign_in.attempts.forget(&response.state));
    Ok(answer)
}

async fn finish(
    request: &HttpRequest,
    response: &AuthorizationResponse,
    session: &Session,
    sessions: &Sessions,
    sign_in: &SignIn,
) -> Result<HttpResponse, LoginError> {
    let now = sign_in.clock.now();
    let attempt = sign_in
        .attempts
        .take(&response.state, request.headers(), now);
    let Some(attempt) = attempt.await? else {
        return sign_in.restart(None, response, request).await;
    };
    match sign_in.identify(&attempt, response).await {
        Ok(identity) => {
            let user = user_session(identity, request, now);
            replace_session(session, &user, sessions, sign_in)
                .map(|()| found(&attempt.return_url))
                .map_err(|reason| LoginError::of_attempt(reason, &attempt))
        }
        Err(Failure::Final(reason)) => Err(LoginError::of_attempt(reason, &attempt)),
        Err(Failure::Stale) => sign_in.restart(Some(&attempt), response, request).await,
    }
}

fn user_session(identity: Identity, request: &HttpRequest, now: Timestamp) -> UserSession {
    UserSession {
        generation: 1,
        user: identity.user,
        provider_session_id: identity.provider_session_id,
        user_agent: user_agent(request),
        authenticated_at: identity.authenticated_at,
        created_at: now,
        last_seen_at: now,
        tokens: identity.tokens,
    }
}

/// Begins the new session and ends the one this browser had; its refresh token has no use any more.
fn replace_session(
    session: &Session,
    user: &UserSession,
    sessions: &Sessions,
    sign_in: &SignIn,
) -> Result<(), LoginErrorReason> {
    let replaced = UserSession::read_from(session).ok().flatten();
    match sessions.begin(session, user) {
        Ok(()) => {
            let old = replaced.and_then(|session| session.tokens.refresh_token);
            sign_in.oidc.revoke_in_background(old);
            tracing::info!(store = ?sessions.kind(), "signed in");
            Ok(())
        }
        Err(BeginError::TooLarge(error)) => {
            tracing::error!(%error, "sign-in failed: ask for fewer SCOPES, or raise COOKIE_BUDGET");
            let unused = user.tokens.refresh_token.clone();
            sign_in.oidc.revoke_in_background(unused);
            Err(LoginErrorReason::SessionTooLarge)
        }
        Err(BeginError::Unexpected(error)) => {
            tracing::error!(error, "sign-in failed");
            Err(LoginErrorReason::Internal)
        }
    }
}

/// What the browser says it is, for the list of sessions; long ones are cut, as the session may live in cookies.
fn user_agent(request: &HttpRequest) -> Option<String> {
    let text = request.headers().get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(LONGEST_USER_AGENT).collect())
}
