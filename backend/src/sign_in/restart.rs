//! Restarts of a sign-in whose attempt is lost or has expired.

use actix_web::{HttpRequest, HttpResponse};

use super::{
    AuthorizationResponse, LoginAttempt, LoginError, LoginErrorReason, LoginRequest, Prompt,
    Prompts, SignIn, is_silent,
    login_attempt::restarts_of,
    passed_on::{ACR_VALUES, MAX_AGE},
    redirect_to,
};
use crate::tenant::{TenantHints, host};

/// Maximum of restarts in a row; then the error page asks the user.
const MAX_RESTARTS: u8 = 2;

impl SignIn {
    /// Begins a new attempt: for the tenant of the last one or, if that is lost, for the tenant
    /// that the callback names, checked as at the login endpoint. A silent attempt is over: back to
    /// the page that it came from.
    ///
    /// # Errors
    /// [`LoginError`] after two restarts in a row.
    pub async fn restart(
        &self,
        attempt: Option<&LoginAttempt>,
        response: &AuthorizationResponse,
        request: &HttpRequest,
    ) -> Result<HttpResponse, LoginError> {
        if is_silent(&response.state) {
            tracing::debug!("silent sign-in ended without a session");
            return Ok(redirect_to(
                attempt.map_or("/", |attempt| &attempt.return_url),
            ));
        }
        let restarts = match attempt {
            Some(attempt) => attempt.restarts,
            None if response.state.is_empty() => self.attempts.restarts(request.headers()),
            None => restarts_of(&response.state),
        };
        tracing::info!(restarts, "sign-in restarted");
        if restarts >= MAX_RESTARTS {
            let reason = LoginErrorReason::TooManyAttempts;
            return Err(attempt.map_or_else(
                || reason.into(),
                |attempt| LoginError::of_attempt(reason, attempt),
            ));
        }
        let host = host(request);
        let tenant = match attempt {
            Some(attempt) => attempt.tenant.clone(),
            None => {
                let hints = TenantHints {
                    custom_domain: response.tenant_custom_domain.as_deref(),
                    name: response.tenant_name.as_deref(),
                    host,
                };
                match self.provider.resolve_tenant(hints).await {
                    Ok(Some(tenant)) => tenant,
                    Ok(None) | Err(_) => return Ok(redirect_to("/api/auth/login")),
                }
            }
        };
        let max_age = attempt.and_then(|lost| lost.max_age);
        let acr_values = attempt.and_then(|lost| lost.acr_values.clone());
        let max_age_parameter = max_age.map(|seconds| (MAX_AGE.to_owned(), seconds.to_string()));
        let acr_parameter = acr_values.map(|values| (ACR_VALUES.to_owned(), values));
        let again = LoginRequest {
            tenant,
            host: host.map(str::to_owned),
            return_url: attempt.map_or_else(|| "/".to_owned(), |lost| lost.return_url.clone()),
            restarts: restarts + 1,
            prompts: match max_age {
                Some(0) => Prompts::only(Prompt::Login),
                _ => Prompts::default(),
            },
            parameters: max_age_parameter.into_iter().chain(acr_parameter).collect(),
            previous: attempt.and_then(|lost| lost.previous.clone()),
        };
        self.start(again, request.headers()).await
    }
}
