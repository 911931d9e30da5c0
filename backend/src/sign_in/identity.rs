//! From the provider's answer to a user: every check that OpenID Connect asks of a client.

use jiff::Timestamp;
use serde::Deserialize;

use super::{LoginAttempt, LoginErrorReason, SignIn};
use crate::{
    oidc::{
        IdTokenError, IssuedTokens, NumericDate, ProviderError, ProviderMetadata, SKEW, TokenError,
        Tokens, UserInfoError,
    },
    session::NewSession,
};

/// What the provider sends along (OpenID Connect Core section 3.1.2.5, RFC 9207).
#[derive(Debug, Deserialize)]
pub struct AuthorizationResponse {
    /// The state of the attempt that it answers.
    pub state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
    pub(super) tenant_name: Option<String>,
    pub(super) tenant_custom_domain: Option<String>,
}

/// Why a callback does not end in a session.
#[derive(Debug)]
pub enum Failure {
    /// A new attempt can heal it: it was lost, too old, used, or its code or sign-in has expired.
    Stale,
    /// The user should know.
    Final(LoginErrorReason),
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        Self::Final(error.into())
    }
}

impl SignIn {
    /// Exchanges the code and learns who signed in: what a session begins with.
    ///
    /// # Errors
    /// When the answer, or one of those that it leads to, does not pass the checks.
    pub async fn identify(
        &self,
        attempt: &LoginAttempt,
        response: &AuthorizationResponse,
    ) -> Result<NewSession, Failure> {
        let provider = self.oidc.provider().await?;
        let code = Self::code(attempt, response, &provider)?;
        let issued = self
            .oidc
            .exchange_code(code, &attempt.code_verifier, &attempt.redirect_uri)
            .await?;
        let refresh_token = issued.tokens.refresh_token.clone();
        let identity = self.identity(issued, attempt, &provider).await;
        if identity.is_err() {
            // Nobody will use what was issued.
            self.oidc.revoke_in_background(refresh_token);
        }
        identity
    }

    /// The authorization code, if this is the provider's answer to this attempt.
    fn code<'a>(
        attempt: &LoginAttempt,
        response: &'a AuthorizationResponse,
        provider: &ProviderMetadata,
    ) -> Result<&'a str, Failure> {
        // Where the provider promises to name itself, an answer without a name is somebody else's
        // (RFC 9207).
        let unnamed = !provider.authorization_response_iss_parameter_supported;
        if !response
            .iss
            .as_ref()
            .map_or(unnamed, |issuer| *issuer == provider.issuer)
        {
            return Err(refuse("iss of the callback"));
        }
        // An answer from one tenant to a question that was put to another (mix-up, ASVS 10.2.2).
        let differs = |asked: &Option<String>, answered: &Option<String>| {
            asked.is_some() && answered.is_some() && asked != answered
        };
        let (asked, answered) = (&attempt.tenant, response);
        if differs(&asked.name, &answered.tenant_name)
            || differs(&asked.custom_domain, &answered.tenant_custom_domain)
        {
            return Err(refuse("tenant of the callback"));
        }
        match response.error.as_deref() {
            None => {}
            Some("login_required" | "interaction_required") => {
                tracing::info!("the provider asks for a new sign-in");
                return Err(Failure::Stale);
            }
            Some("access_denied") => return Err(Failure::Final(LoginErrorReason::AccessDenied)),
            Some("temporarily_unavailable" | "server_error") => {
                return Err(Failure::Final(
                    LoginErrorReason::IdentityProviderUnavailable,
                ));
            }
            Some(_) => return Err(refuse("error of the callback")),
        }
        let code = response.code.as_deref();
        code.ok_or(Failure::Final(LoginErrorReason::InvalidRequest))
    }

    /// Who the tokens belong to.
    async fn identity(
        &self,
        issued: IssuedTokens,
        attempt: &LoginAttempt,
        provider: &ProviderMetadata,
    ) -> Result<NewSession, Failure> {
        let IssuedTokens { tokens, id_token } = issued;
        let claims = self
            .oidc
            .verify_id_token(id_token.as_ref(), &attempt.nonce)
            .await?;
        let profile = self
            .provider
            .identify(&tokens.access_token, &attempt.tenant, &claims)
            .await?;
        // The two must speak of the same user (Core section 5.3.2).
        if profile.user.id != claims.sub {
            return Err(refuse("sub of userinfo"));
        }
        Ok(NewSession {
            user: profile.user,
            provider_session_id: claims.sid,
            user_agent: None,
            authenticated_at: authenticated_at(claims.auth_time, attempt, self.clock.now()),
            tokens: Tokens {
                // It takes room in the browser: kept only for a provider that wants it back.
                id_token: provider.end_session_endpoint.as_ref().and(id_token),
                ..tokens
            },
        })
    }
}

/// When the user proved who they are. Unknown when the provider does not say (some say 0, which is
/// long ago), and when they were asked to prove it anew and did not: a proof from before the
/// attempt is not the one that was asked for. The provider's clock may be behind by [`SKEW`]; where
/// it is ahead, that makes nobody fresh for longer.
fn authenticated_at(
    auth_time: Option<NumericDate>,
    attempt: &LoginAttempt,
    now: Timestamp,
) -> Option<Timestamp> {
    let at = auth_time?.0.min(now);
    let asked_at = attempt.begun_at - SKEW;
    if attempt.reauthenticates && at < asked_at {
        tracing::warn!("the provider did not let the user prove anew who they are");
        return None;
    }
    Some(at)
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::InvalidGrant => {
                tracing::info!("the authorization code is not good");
                Self::Stale
            }
            TokenError::Refused(error) => {
                tracing::error!(
                    error,
                    see = "docs/troubleshooting.md#login_failed",
                    "the provider refused this application: check CLIENT_ID, CLIENT_SECRET and \
                     the redirect URI"
                );
                Self::Final(LoginErrorReason::LoginFailed)
            }
            TokenError::NotOurs(error, _) => error.into(),
            TokenError::Unavailable(error) => error.into(),
        }
    }
}

impl From<IdTokenError> for Failure {
    fn from(error: IdTokenError) -> Self {
        match error {
            IdTokenError::Unavailable(error) => error.into(),
            error => {
                let see = "docs/troubleshooting.md#login_failed";
                tracing::warn!(%error, see, "the ID token was refused");
                Self::Final(LoginErrorReason::LoginFailed)
            }
        }
    }
}

impl From<UserInfoError> for Failure {
    fn from(error: UserInfoError) -> Self {
        match error {
            UserInfoError::Unauthorized => refuse("access token at userinfo"),
            UserInfoError::Unavailable(error) => error.into(),
        }
    }
}

fn refuse(check: &'static str) -> Failure {
    tracing::warn!(check, "the provider's answer was refused");
    Failure::Final(LoginErrorReason::LoginFailed)
}
