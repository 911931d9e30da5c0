//! A sign-in that a new attempt can heal is begun anew.

use actix_web::{HttpRequest, HttpResponse};

use super::{
    AuthorizationResponse, LoginAttempt, LoginError, LoginErrorReason, LoginRequest, Prompt,
    SignIn, found, login_attempt::restarts_of,
};
use crate::tenant::{TenantHints, host};

/// A sign-in that does not succeed is begun anew this often in a row, then the user is asked.
const MOST_RESTARTS: u8 = 2;

impl SignIn {
    /// Begins anew: for the attempt's tenant, or, when the attempt is lost, for the one that the
    /// callback names, checked as at the login endpoint.
    ///
    /// # Errors
    /// After two restarts in a row: the user decides.
    pub async fn restart(
        &self,
        attempt: Option<&LoginAttempt>,
        response: &AuthorizationResponse,
        request: &HttpRequest,
    ) -> Result<HttpResponse, LoginError> {
        let restarts =
            attempt.map_or_else(|| restarts_of(&response.state), |attempt| attempt.restarts);
        tracing::info!(restarts, "sign-in begins anew");
        if restarts >= MOST_RESTARTS {
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
                    Ok(None) | Err(_) => return Ok(found("/api/auth/login")),
                }
            }
        };
        let again = LoginRequest {
            tenant,
            host: host.map(str::to_owned),
            return_url: attempt.map_or_else(|| "/".to_owned(), |lost| lost.return_url.clone()),
            restarts: restarts + 1,
            prompt: attempt
                .filter(|lost| lost.reauthenticates)
                .map(|_| Prompt::Login),
            former: attempt.and_then(|lost| lost.former.clone()),
            ..LoginRequest::default()
        };
        self.start(again, request.headers()).await
    }
}
