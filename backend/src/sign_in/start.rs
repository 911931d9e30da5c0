//! The start of a sign-in: the authorization request of a new attempt.

use actix_web::{HttpResponse, http::header::HeaderMap};
use oidc_client::{AuthorizationRequest, Error};

use super::{
    LoginAttempt, LoginError, LoginErrorReason, LoginRequest, SignIn, passed_on::MAX_AGE,
    redirect_to,
};

impl SignIn {
    /// Redirects to the authorization endpoint, with a cookie for the new attempt.
    ///
    /// # Errors
    /// Fails if the provider's metadata is needed and cannot be read.
    pub async fn start(
        &self,
        mut wanted: LoginRequest,
        headers: &HeaderMap,
    ) -> Result<HttpResponse, LoginError> {
        let origin = self.provider.origin(wanted.host.as_deref()).origin();
        let redirect_uri = format!("{}/api/auth/callback", origin.ascii_serialization());
        self.passed_on.add_required(&mut wanted.parameters);
        let attempt = LoginAttempt::begin(&wanted, redirect_uri, self.clock.now());
        self.check_offered(&attempt)
            .await
            .map_err(|reason| LoginError::of_attempt(reason, &attempt))?;
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
        let prompts = wanted.prompts.to_parameter();
        let max_age = wanted.sent_max_age();
        let parameters = wanted.parameters.iter().filter(|(name, _)| name != MAX_AGE);
        let parameters = parameters.map(|(name, value)| (name.as_str(), Some(value.as_str())));
        // `max_age` also requests the claim `auth_time` (Core section 2).
        let others = [
            ("prompt", prompts.as_deref()),
            (MAX_AGE, max_age.as_deref()),
        ];
        let hints: Vec<_> = parameters.chain(others).collect();
        let request = AuthorizationRequest {
            redirect_uri: &attempt.redirect_uri,
            state: &attempt.state,
            nonce: &attempt.nonce,
            code_challenge: &attempt.code_challenge(),
            hints: &hints,
        };
        self.oidc.authorization_url(endpoint.await?, &request).await
    }
}
