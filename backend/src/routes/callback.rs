//! `GET /api/auth/callback`: the browser comes back from the provider; from here on it has a session, or an answer why not.

use std::sync::Arc;

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Query},
};

use super::{
    login::{AuthorizationRequest, begin, host, origin, unavailable},
    login_error::{LoginErrorReason, redirect, redirect_for, see},
    sign_in::{CallbackQuery, Failure, sign_in},
};
use crate::{
    clock::Clock,
    config::Config,
    session::{BeginError, Sessions, UserSession},
    wristband::{
        Wristband,
        login_attempt::{LoginAttempt, LoginAttempts, restarts_of},
        tenant::{Tenant, TenantHints},
    },
};

/// A sign-in that does not succeed is begun anew this often in a row, then the user is asked.
const MOST_RESTARTS: u8 = 2;
/// Characters kept of what the browser says it is.
const LONGEST_USER_AGENT: usize = 160;

/// Verifies the attempt, exchanges the code, and begins the session.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a part of the application that actix-web hands over"
)]
pub async fn callback(
    request: HttpRequest,
    query: Result<Query<CallbackQuery>, actix_web::Error>,
    session: Session,
    config: Data<Config>,
    wristband: Data<Wristband>,
    sessions: Data<Sessions>,
    attempts: Data<LoginAttempts>,
    clock: Data<Clock>,
) -> HttpResponse {
    let Ok(Query(query)) = query else {
        return redirect(LoginErrorReason::InvalidRequest);
    };
    let Some(state) = &query.state else {
        return redirect(LoginErrorReason::InvalidRequest);
    };
    let now = clock.now();
    let attempt = attempts.take(state, request.headers(), now);

    let outcome = match &attempt {
        None => Err(Failure::Stale("there is no such login attempt")),
        Some(attempt) => sign_in(attempt, &query, &wristband, now).await,
    };
    let (tenant, return_url) = match &attempt {
        Some(attempt) => (&attempt.tenant, attempt.return_url.as_str()),
        None => (
            &Tenant {
                name: None,
                custom_domain: None,
            },
            "/",
        ),
    };
    let mut response = match outcome {
        Ok(user) => {
            let user = UserSession {
                user_agent: user_agent(&request),
                ..user
            };
            replace_session(&session, &user, &sessions, &wristband, tenant, return_url).await
        }
        Err(Failure::Final(reason)) => redirect_for(reason, tenant, return_url),
        Err(Failure::Unavailable(error)) => unavailable(&error, tenant, return_url),
        Err(Failure::Stale(reason)) => {
            let restarts = attempt
                .as_ref()
                .map_or_else(|| restarts_of(state), |attempt| attempt.restarts);
            tracing::info!(reason, restarts, "sign-in begins anew");
            if restarts >= MOST_RESTARTS {
                redirect_for(LoginErrorReason::TooManyAttempts, tenant, return_url)
            } else {
                match restarted(&request, &query, attempt.as_ref(), &wristband).await {
                    Ok(tenant) => {
                        let again = AuthorizationRequest {
                            tenant,
                            origin: origin(&request, &config, &wristband),
                            return_url: return_url.to_owned(),
                            restarts: restarts + 1,
                            login_hint: None,
                            idp_hint: None,
                            prompt: None,
                        };
                        begin(again, &request, &wristband, &attempts, &clock).await
                    }
                    Err(response) => response,
                }
            }
        }
    };
    // Single use: whatever came of it, the attempt is over.
    let _ = response.add_cookie(&attempts.forget(state));
    response
}

/// Begins the new session and ends the one this browser had; its refresh token has no use any more.
async fn replace_session(
    session: &Session,
    user: &UserSession,
    sessions: &Sessions,
    wristband: &Arc<Wristband>,
    tenant: &Tenant,
    return_url: &str,
) -> HttpResponse {
    let replaced = UserSession::read_from(session).ok().flatten();
    match sessions.begin(session, user) {
        Ok(()) => {
            wristband
                .revoke_in_background(replaced.and_then(|session| session.tokens.refresh_token));
            tracing::info!(store = ?sessions.kind(), "signed in");
            see(return_url)
        }
        Err(BeginError::TooLarge(error)) => {
            tracing::error!(%error, "sign-in failed: ask for fewer SCOPES, or raise COOKIE_BUDGET");
            wristband.revoke_in_background(user.tokens.refresh_token.clone());
            redirect_for(LoginErrorReason::SessionTooLarge, tenant, return_url)
        }
        Err(BeginError::Unexpected(error)) => {
            tracing::error!(error, "sign-in failed");
            redirect(LoginErrorReason::Internal)
        }
    }
}

/// The tenant for a new attempt: that of the lost one, or what the callback says, checked as at the login endpoint.
async fn restarted(
    request: &HttpRequest,
    query: &CallbackQuery,
    attempt: Option<&LoginAttempt>,
    wristband: &Wristband,
) -> Result<Tenant, HttpResponse> {
    if let Some(attempt) = attempt {
        return Ok(attempt.tenant.clone());
    }
    let hints = TenantHints {
        custom_domain: query.tenant_custom_domain.as_deref(),
        name: query.tenant_name.as_deref(),
        host: host(request),
    };
    match wristband.resolve_tenant(hints).await {
        Ok(Some(tenant)) => Ok(tenant),
        Ok(None) | Err(_) => Err(see("/api/auth/login")),
    }
}

/// What the browser says it is, for the list of sessions; long ones are cut, as the session may live in cookies.
fn user_agent(request: &HttpRequest) -> Option<String> {
    let text = request.headers().get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(LONGEST_USER_AGENT).collect())
}
