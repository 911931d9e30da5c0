//! `GET /api/auth/callback`: the browser returns from the provider and gets a session, a new
//! attempt, or the error page.

use crate::{
    clients::Clients,
    error::ApiError,
    sign_in::{
        AuthorizationResponse, Failure, LoginAttempt, LoginError, LoginErrorReason, SignIn,
        is_silent, redirect_to,
    },
};
use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::header,
    web::{Data, Query},
};
use sessions::{NewSession, SaveError, Sessions};

/// Marks the callback URL of a browser that has got a test cookie.
const COOKIE_TEST: &str = "&cookies=asked";
/// Characters of `User-Agent` that a session keeps.
const MAX_USER_AGENT: usize = 160;

/// Verifies the attempt, exchanges the code, and begins the session.
pub async fn callback(
    request: HttpRequest,
    query: Result<Query<AuthorizationResponse>, actix_web::Error>,
    sessions: Data<Sessions>,
    sign_in: Data<SignIn>,
    clients: Data<Clients>,
) -> Result<HttpResponse, LoginError> {
    let response = query.map_err(|_| LoginErrorReason::InvalidRequest)?;
    if response.state.is_empty() && response.is_empty() {
        return Err(LoginErrorReason::InvalidRequest.into());
    }
    let is_final = matches!(response.failure(), Some(Failure::Final(_)));
    let asks = !is_final && !is_silent(&response.state);
    if asks && sign_in.attempts.has_none(request.headers()) {
        let query = request.query_string();
        if query.ends_with(COOKIE_TEST) {
            return Err(LoginErrorReason::NoCookies.into());
        }
        let mut answer = redirect_to(&format!("/api/auth/callback?{query}{COOKIE_TEST}"));
        let _ = answer.add_cookie(&sign_in.attempts.probe(&response.state));
        return Ok(answer);
    }
    let answer = finish(&request, &response, &sessions, (&sign_in, &clients)).await;
    let mut answer = answer.unwrap_or_else(|error| error.error_response());
    // Single use: remove the attempt, whether or not the sign-in succeeded.
    let _ = answer.add_cookie(&sign_in.attempts.forget(&response.state));
    Ok(answer)
}

async fn finish(
    request: &HttpRequest,
    response: &AuthorizationResponse,
    sessions: &Sessions,
    (sign_in, clients): (&SignIn, &Clients),
) -> Result<HttpResponse, LoginError> {
    let now = sign_in.clock.now();
    let attempt = sign_in
        .attempts
        .take(&response.state, request.headers(), now);
    let Some(attempt) = attempt.await? else {
        if let Some(Failure::Final(reason)) = response.failure() {
            let error = LoginError::from(reason);
            return Err(error.returning_to("/", is_silent(&response.state)));
        }
        // An attempt was counted when it began; a callback without one is counted here.
        if let Some(refusal) = clients.limit_browser(request) {
            return Ok(refusal);
        }
        return sign_in.restart(None, response, request).await;
    };
    match sign_in.identify(&attempt, response).await {
        Ok(identity) => begin(request, &attempt, identity, sessions, sign_in)
            .await
            .map_err(|reason| LoginError::of_attempt(reason, &attempt)),
        Err(Failure::Final(reason)) => Err(LoginError::of_attempt(reason, &attempt)),
        Err(Failure::Restart) => sign_in.restart(Some(&attempt), response, request).await,
    }
}

/// Begins the session. Revokes the tokens if it cannot be stored.
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
    let begun = sessions.begin(request, session, attempt.previous.clone());
    let begun = begun.await.map_err(|error| {
        sign_in.oidc.revoke_in_background(unused);
        match error {
            SaveError::TooLarge(error) => {
                let see = "docs/troubleshooting.md#session_too_large";
                let help = "ask for fewer SCOPES, or raise COOKIE_BUDGET";
                tracing::error!(%error, see, help, "sign-in failed");
                LoginErrorReason::SessionTooLarge
            }
            SaveError::Unavailable(error) => ApiError::from(error).into(),
        }
    })?;
    let mut answer = redirect_to(&attempt.return_url);
    let attempts = &sign_in.attempts;
    let others = attempts.update_others(&attempt.state, &begun, request.headers());
    for cookie in others.unwrap_or_default() {
        let _ = answer.add_cookie(&cookie);
    }
    Ok(answer)
}

/// The `User-Agent` for the list of sessions, cut to [`MAX_USER_AGENT`] characters because the
/// session may be kept in cookies.
fn user_agent(request: &HttpRequest) -> Option<String> {
    let text = request.headers().get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(MAX_USER_AGENT).collect())
}
