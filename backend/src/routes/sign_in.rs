//! From the provider's answer to a signed-in user: every check that OpenID Connect asks of a client.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use super::login_error::LoginErrorReason;
use crate::{
    session::{User, UserSession},
    wristband::{
        IssuedTokens, ProviderError, TokenError, UserInfoError, Wristband, id_token::IdTokenError,
        login_attempt::LoginAttempt, tenant::is_label,
    },
};

/// What the provider sends along (OpenID Connect Core section 3.1.2.5, RFC 9207).
#[derive(Debug, Deserialize)]
pub struct CallbackQuery {
    pub(super) state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
    pub(super) tenant_name: Option<String>,
    pub(super) tenant_custom_domain: Option<String>,
}

/// Why a callback does not end in a session.
pub(super) enum Failure {
    /// A new attempt can heal it: it was lost, too old, used, or its code or sign-in has expired.
    Stale(&'static str),
    /// The user should know.
    Final(LoginErrorReason),
    /// The provider does not answer.
    Unavailable(ProviderError),
}

/// Exchanges the code and learns who signed in.
pub(super) async fn sign_in(
    attempt: &LoginAttempt,
    query: &CallbackQuery,
    wristband: &Arc<Wristband>,
    now: Timestamp,
) -> Result<UserSession, Failure> {
    if query
        .iss
        .as_deref()
        .is_some_and(|issuer| issuer != wristband.issuer())
    {
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
            return Err(Failure::Final(
                LoginErrorReason::IdentityProviderUnavailable,
            ));
        }
        Some(_) => return Err(refuse("error of the callback")),
    }
    let code = query
        .code
        .as_deref()
        .ok_or(Failure::Final(LoginErrorReason::InvalidRequest))?;

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
    let refresh_token = issued.tokens.refresh_token.clone();
    let user = identify(issued, attempt, query, wristband, now).await;
    if user.is_err() {
        // Nobody will use what was issued.
        wristband.revoke_in_background(refresh_token);
    }
    user
}

/// Who the tokens belong to.
async fn identify(
    issued: IssuedTokens,
    attempt: &LoginAttempt,
    query: &CallbackQuery,
    wristband: &Wristband,
    now: Timestamp,
) -> Result<UserSession, Failure> {
    let claims = wristband
        .verify_id_token(issued.id_token.as_ref(), &attempt.nonce, now)
        .await
        .map_err(|error| match error {
            IdTokenError::Unavailable(error) => Failure::Unavailable(error),
            error => {
                tracing::warn!(%error, "the ID token was refused");
                Failure::Final(LoginErrorReason::LoginFailed)
            }
        })?;
    let info = wristband
        .userinfo(&issued.tokens.access_token)
        .await
        .map_err(|error| match error {
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
        tenant_name: query
            .tenant_name
            .clone()
            .filter(|name| is_label(name))
            .or_else(|| attempt.tenant.name.clone()),
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
        user_agent: None,
        authenticated_at: claims
            .auth_time
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .unwrap_or(now),
        created_at: now,
        last_seen_at: now,
        tokens: issued.tokens,
    })
}

fn refuse(check: &'static str) -> Failure {
    tracing::warn!(check, "the provider's answer was refused");
    Failure::Final(LoginErrorReason::LoginFailed)
}
