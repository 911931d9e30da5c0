//! `GET /api/auth/callback`: the browser comes back from the provider; from here on it has a session, or an answer why not.

use std::sync::Arc;

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    login::{AuthorizationRequest, begin, host, origin, unavailable},
    login_error::{LoginErrorReason, redirect, redirect_for, see},
};
use crate::{
    clock::Clock,
    config::Config,
    session::{BeginError, Sessions, User, UserSession},
    wristband::{
        ProviderError, TokenError, UserInfoError, Wristband,
        id_token::IdTokenError,
        login_attempt::{LoginAttempt, LoginAttempts, restarts_of},
        tenant::{Tenant, TenantHints, is_label},
    },
};

/// A sign-in that does not succeed is begun anew this often in a row, then the user is asked.
const MOST_RESTARTS: u8 = 2;

/// What the provider sends along (OpenID Connect Core section 3.1.2.5, RFC 9207).
#[derive(Debug, Deserialize)]
pub struct CallbackQuery {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
    tenant_name: Option<String>,
    tenant_custom_domain: Option<String>,
}

/// Why a callback does not end in a session.
enum Failure {
    /// A new attempt can heal it: it was lost, too old, used, or its code or sign-in has expired.
    Stale(&'static str),
    /// The user should know.
    Final(LoginErrorReason),
    /// The provider does not answer.
    Unavailable(ProviderError),
}

/// Verifies the attempt, exchanges the code, and begins the session.
#[expect(clippy::too_many_arguments, reason = "each is a part of the application that actix-web hands over")]
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
    let Ok(Query(query)) = query else { return redirect(LoginErrorReason::InvalidRequest) };
    let Some(state) = &query.state else { return redirect(LoginErrorReason::InvalidRequest) };
    let now = clock.now();
    let attempt = attempts.take(state, request.headers(), now);

    let outcome = match &attempt {
        None => Err(Failure::Stale("there is no such login attempt")),
        Some(attempt) => sign_in(attempt, &query, &wristband, now).await,
    };
    let (tenant, return_url) = match &attempt {
        Some(attempt) => (&attempt.tenant, attempt.return_url.as_str()),
        None => (&Tenant { name: None, custom_domain: None }, "/"),
    };
    let mut response = match outcome {
        Ok(user) => replace_session(&session, &user, &sessions, &wristband, tenant, return_url).await,
        Err(Failure::Final(reason)) => redirect_for(reason, tenant, return_url),
        Err(Failure::Unavailable(error)) => unavailable(&error, tenant, return_url),
        Err(Failure::Stale(reason)) => {
            let restarts = attempt.as_ref().map_or_else(|| restarts_of(state), |attempt| attempt.restarts);
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

/// From the provider's answer to a session: every check that OpenID Connect asks of a client.
async fn sign_in(
    attempt: &LoginAttempt,
    query: &CallbackQuery,
    wristband: &Wristband,
    now: Timestamp,
) -> Result<UserSession, Failure> {
    let refuse = |check: &'static str| {
        tracing::warn!(check, "the provider's answer was refused");
        Failure::Final(LoginErrorReason::LoginFailed)
    };
    if query.iss.as_deref().is_some_and(|issuer| issuer != wristband.issuer()) {
        return Err(refuse("iss of the callback"));
    }
    // An answer from one tenant to a question that was put to another (mix-up, ASVS 10.2.2).
    let differs = |asked: &Option<String>, answered: &Option<String>| matches!((asked, answered), (Some(asked), Some(answered)) if asked != answered);
    if differs(&attempt.tenant.name, &query.tenant_name)
        || differs(&attempt.tenant.custom_domain, &query.tenant_custom_domain)
    {
        return Err(refuse("tenant of the callback"));
    }
    match query.error.as_deref() {
        None => {}
        Some("login_required" | "interaction_required") => {
            return Err(Failure::Stale("the provider asks for a new sign-in"));
        }
        Some("access_denied") => return Err(Failure::Final(LoginErrorReason::AccessDenied)),
        Some("temporarily_unavailable" | "server_error") => {
            return Err(Failure::Final(LoginErrorReason::IdentityProviderUnavailable));
        }
        Some(_) => return Err(refuse("error of the callback")),
    }
    let code = query.code.as_deref().ok_or(Failure::Final(LoginErrorReason::InvalidRequest))?;

    let issued =
        wristband.exchange_code(code, &attempt.code_verifier, &attempt.redirect_uri, now).await.map_err(|error| {
            match error {
                TokenError::InvalidGrant => Failure::Stale("the authorization code is not good"),
                TokenError::Refused(error) => {
                    tracing::error!(
                        error,
                        "the provider refused this application: check CLIENT_ID, CLIENT_SECRET and the redirect URI"
                    );
                    Failure::Final(LoginErrorReason::LoginFailed)
                }
                TokenError::Unavailable(error) => Failure::Unavailable(error),
            }
        })?;
    let claims =
        wristband.verify_id_token(issued.id_token.as_ref(), &attempt.nonce, now).await.map_err(
            |error| match error {
                IdTokenError::Unavailable(error) => Failure::Unavailable(error),
                error => {
                    tracing::warn!(%error, "the ID token was refused");
                    Failure::Final(LoginErrorReason::LoginFailed)
                }
            },
        )?;
    let info = wristband.userinfo(&issued.tokens.access_token).await.map_err(|error| match error {
        UserInfoError::Unauthorized => refuse("access token at userinfo"),
        UserInfoError::Unavailable(error) => Failure::Unavailable(error),
    })?;
    // The two must speak of the same user (Core section 5.3.2).
    if info.sub != claims.sub {
        return Err(refuse("sub of userinfo"));
    }
    let user = User {
        id: info.sub,
        tenant_id: info.tenant_id,
        tenant_name: query.tenant_name.clone().filter(|name| is_label(name)).or_else(|| attempt.tenant.name.clone()),
        tenant_custom_domain: attempt.tenant.custom_domain.clone(),
        identity_provider: info.identity_provider,
        name: info.name,
        email: info.email,
        email_verified: info.email_verified,
        roles: info.roles,
    };
    Ok(UserSession {
        generation: 1,
        user,
        provider_session_id: claims.sid,
        authenticated_at: claims.auth_time.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(now),
        created_at: now,
        last_seen_at: now,
        tokens: issued.tokens,
    })
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
            wristband.revoke_in_background(replaced.and_then(|session| session.tokens.refresh_token));
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
