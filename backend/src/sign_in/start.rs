//! The start of a sign-in: the authorization request of a new attempt.

use actix_web::{HttpResponse, http::header::HeaderMap};
use oidc_client::{AuthorizationRequest, Error};

use super::{
    LoginAttempt, LoginError, LoginErrorReason, LoginRequest, Prompt, SignIn, redirect_to,
};

impl SignIn {
    /// Redirects to the authorization endpoint, with a cookie for the new attempt.
    ///
    /// # Errors
    /// Fails if the provider's metadata is needed and cannot be read.
    pub async fn start(
        &self,
        wanted: LoginRequest,
        headers: &HeaderMap,
    ) -> Result<HttpResponse, LoginError> {
        let origin = self.provider.origin(wanted.host.as_deref()).origin();
        let redirect_uri = format!("{}/api/auth/callback", origin.ascii_serialization());
        let attempt = LoginAttempt::begin(&wanted, redirect_uri, self.clock.now());
        let url = self.authorization_url(&attempt, &wanted).await;
        let url = url.map_err(|error| LoginError::of_attempt(error.into(), &attempt))?;
        let cookies = self.attempts.remember(attempt, headers).map_err(|error| {
            tracing::error!(%error, "login attempt could not be sealed");
            LoginErrorReason::Internal
        })?;
        let mut response = redirect_to(url.as_str());
        for cookie in cookies {
            // Fails only for characters that a header cannot contain; ours are base64.
            let _ = response.add_cookie(&cookie);
        }
        Ok(response)
    }

    async fn authorization_url(
        &self,
        attempt: &LoginAttempt,
        wanted: &LoginRequest,
    ) -> Result<url::Url, Error> {
        let endpoint = self.provider.authorization_endpoint(&attempt.tenant);
        let request = AuthorizationRequest {
            redirect_uri: &attempt.redirect_uri,
            state: &attempt.state,
            nonce: &attempt.nonce,
            code_challenge: &attempt.code_challenge(),
            hints: &[
                ("login_hint", wanted.login_hint.as_deref()),
                ("idp_hint", wanted.idp_hint.as_deref()),
                ("prompt", wanted.prompt.map(Prompt::as_str)),
                // Also requests the claim `auth_time` (Core section 2).
                ("max_age", attempt.reauthenticates.then_some("0")),
            ],
        };
        self.oidc.authorization_url(endpoint.await?, &request).await
    }
}
