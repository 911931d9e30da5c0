//! `GET /api/auth/callback`: the browser comes back from the provider; from here on it has a
//! session, or an answer why not.

use crate::{
    error::ApiError,
    session::{CreateError, NewSession, Sessions},
    sign_in::{
        AuthorizationResponse, Failure, LoginAttempt, LoginError, LoginErrorReason, SignIn, found,
    },
};
use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::header,
    web::{Data, Query},
};

/// Ends the query of a callback whose browser was asked to show that it keeps cookies.
const ASKED: &str = "&cookies=asked";
/// Characters kept of what the browser says it is.
const LONGEST_USER_AGENT: usize = 160;

/// Verifies the attempt, exchanges the code, and begins the session.
pub async fn callback(
    request: HttpRequest,
    query: Result<Query<AuthorizationResponse>, actix_web::Error>,
    sessions: Data<Sessions>,
    sign_in: Data<SignIn>,
) -> Result<HttpResponse, LoginError> {
    let response = query.map_err(|_| LoginErrorReason::InvalidRequest)?;
    if sign_in.attempts.none_came(request.headers()) {
        let query = request.query_string();
        if query.ends_with(ASKED) {
            return Err(LoginErrorReason::NoCookies.into());
        }
        let mut answer = found(&format!("/api/auth/callback?{query}{ASKED}"));
        let _ = answer.add_cookie(&sign_in.attempts.probe(&response.state));
        return Ok(answer);
    }
    let answer = finish(&request, &response, &sessions, &sign_in).await;
    let mut answer = answer.unwrap_or_else(|error| error.error_response());
    // Single use: whatever came of it, the attempt is over.
    let _ = answer.add_cookie(&sign_in.attempts.forget(&response.state));
    Ok(answer)
}

async fn finish(
    request: &HttpRequest,
    response: &AuthorizationResponse,
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
        Ok(identity) => begin(request, &attempt, identity, sessions, sign_in)
            .await
            .map_err(|reason| LoginError::of_attempt(reason, &attempt)),
        Err(Failure::Final(reason)) => Err(LoginError::of_attempt(reason, &attempt)),
        Err(Failure::Stale) => sign_in.restart(Some(&attempt), response, request).await,
    }
}

/// Begins the session. Nobody will use what was issued when it cannot be kept.
async fn begin(
    request: &HttpRequest,
    attempt: &LoginAttempt,
    identity: NewSession,
    sessions: &Sessions,
    sign_in: &SignIn,
) -> Result<HttpResponse, LoginErrorReason> {
    let unused = identity.tokens.refresh_token.clone();
    let session = NewSession {
        user_agent: user_agent(request),
        ..identity
    };
    let begun = sessions.begin(request, session, attempt.former.clone());
    let begun = begun.await.map_err(|error| {
        sign_in.oidc.revoke_in_background(unused);
        match error {
            CreateError::TooLarge(error) => {
                let see = "docs/troubleshooting.md#session_too_large";
                let help = "ask for fewer SCOPES, or raise COOKIE_BUDGET";
                tracing::error!(%error, see, help, "sign-in failed");
                LoginErrorReason::SessionTooLarge
            }
            CreateError::Unavailable(error) => ApiError::from(error).into(),
        }
    })?;
    let mut answer = found(&attempt.return_url);
    let attempts = &sign_in.attempts;
    let others = attempts.tell_others(&attempt.state, &begun, request.headers());
    for cookie in others.unwrap_or_default() {
        let _ = answer.add_cookie(&cookie);
    }
    Ok(answer)
}

/// What the browser says it is, for the list of sessions; long ones are cut, as the session may
/// live in cookies.
fn user_agent(request: &HttpRequest) -> Option<String> {
    let text = request.headers().get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(LONGEST_USER_AGENT).collect())
}
