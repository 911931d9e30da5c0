//! The checks of the authorization response and the tokens (OpenID Connect Core), which yield the
//! user.

use oidc_client::{ProviderMetadata, Tokens};
use serde::Deserialize;

use super::{Failure, LoginAttempt, LoginErrorReason, SignIn, failure::refuse};
use sessions::{NewSession, SessionTokens};

/// The parameters of the authorization response (OpenID Connect Core section 3.1.2.5, RFC 9207).
#[derive(Debug, Deserialize)]
pub struct AuthorizationResponse {
    /// The `state` of the login attempt; empty if the provider sent none.
    #[serde(default)]
    pub state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
    pub(super) tenant_name: Option<String>,
    pub(super) tenant_custom_domain: Option<String>,
}

impl AuthorizationResponse {
    /// The failure of an error response (section 3.1.2.6). An empty `error` does not count: some
    /// providers send it with a code.
    pub fn failure(&self) -> Option<Failure> {
        let error = self.error.as_deref().filter(|error| !error.is_empty())?;
        Some(match error {
            "login_required"
            | "interaction_required"
            | "consent_required"
            | "account_selection_required" => Failure::Restart,
            // OpenID Connect Core Error Code unmet_authentication_requirements 1.0.
            "unmet_authentication_requirements" => {
                Failure::Final(LoginErrorReason::InsufficientAuthentication)
            }
            "access_denied" => Failure::Final(LoginErrorReason::AccessDenied),
            "temporarily_unavailable" | "server_error" => {
                Failure::Final(LoginErrorReason::IdentityProviderUnavailable)
            }
            "unauthorized_client" | "invalid_scope" | "unsupported_response_type" => {
                Failure::Final(LoginErrorReason::ApplicationRefused)
            }
            _ => Failure::Final(LoginErrorReason::LoginFailed),
        })
    }

    /// Returns `true` if it has neither a code nor an error.
    pub fn is_empty(&self) -> bool {
        self.code().is_none() && self.failure().is_none()
    }

    fn code(&self) -> Option<&str> {
        self.code.as_deref().filter(|code| !code.is_empty())
    }
}

impl SignIn {
    /// Exchanges the code for tokens and identifies the user.
    ///
    /// # Errors
    /// [`Failure`] if the authorization response, the token response or userinfo fails a check.
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
        let refresh_token = issued.refresh_token.clone();
        let identity = self.identity(issued, attempt, &provider).await;
        if identity.is_err() {
            // The tokens will not be used: revoke them.
            self.oidc.revoke_in_background(refresh_token);
        }
        identity
    }

    /// Returns the authorization code, if the response belongs to this attempt and this provider.
    fn code<'a>(
        attempt: &LoginAttempt,
        response: &'a AuthorizationResponse,
        provider: &ProviderMetadata,
    ) -> Result<&'a str, Failure> {
        // If the provider announces `iss`, a response without it may be another issuer's (RFC
        // 9207).
        let unnamed = !provider.authorization_response_iss_parameter_supported;
        if !response
            .iss
            .as_ref()
            .map_or(unnamed, |issuer| *issuer == provider.issuer)
        {
            return Err(refuse("iss of the callback"));
        }
        // The response is another tenant's than the request's (mix-up, ASVS 10.2.2).
        let differs = |asked: &Option<String>, answered: &Option<String>| {
            asked.is_some() && answered.is_some() && asked != answered
        };
        let (asked, answered) = (&attempt.tenant, response);
        if differs(&asked.name, &answered.tenant_name)
            || differs(&asked.custom_domain, &answered.tenant_custom_domain)
        {
            return Err(refuse("tenant of the callback"));
        }
        if let Some(failure) = response.failure() {
            return Err(match failure {
                Failure::Final(
                    reason @ (LoginErrorReason::LoginFailed | LoginErrorReason::ApplicationRefused),
                ) => {
                    refuse("error of the callback");
                    Failure::Final(reason)
                }
                failure => failure,
            });
        }
        let code = response.code();
        code.ok_or(Failure::Final(LoginErrorReason::InvalidRequest))
    }

    /// Returns the new session of the tokens' user.
    async fn identity(
        &self,
        issued: Tokens,
        attempt: &LoginAttempt,
        provider: &ProviderMetadata,
    ) -> Result<NewSession, Failure> {
        let claims = self
            .oidc
            .verify_id_token(issued.id_token.as_ref(), &attempt.nonce)
            .await?;
        let now = self.clock.now();
        let authenticated_at = attempt.check_authentication(&claims, now)?;
        if claims.session_expiry.is_some_and(|end| end <= now) {
            return Err(refuse("session_expiry"));
        }
        let profile = self
            .provider
            .identify(&issued.access_token, &attempt.tenant, &claims)
            .await?;
        // `sub` of userinfo and ID token must be equal (Core section 5.3.2).
        if profile.user.id != claims.sub {
            return Err(refuse("sub of userinfo"));
        }
        Ok(NewSession {
            user: profile.user,
            provider_session_id: claims.sid,
            user_agent: None,
            authenticated_at,
            acr: claims.acr,
            amr: claims.amr,
            ends_at: claims.session_expiry,
            tokens: SessionTokens::from(Tokens {
                // Kept only for a provider that uses it at sign-out, as it needs space in cookies.
                id_token: provider.end_session_endpoint.as_ref().and(issued.id_token),
                ..issued
            }),
        })
    }
}
