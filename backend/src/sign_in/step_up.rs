//! The authentication that a sign-in was asked for (`acr_values`, `max_age`), checked before the
//! browser leaves and when it returns. The values asked for are sealed in the attempt.

use jiff::{SignedDuration, Timestamp};
use oidc_client::{Client, IdTokenClaims};

use super::{Failure, LoginAttempt, LoginErrorReason, SignIn};

/// The section of the documents about these failures.
const SEE: &str = "docs/troubleshooting.md#insufficient_authentication";

impl SignIn {
    /// Checks that the provider offers one of the classes that the attempt asks for, if its
    /// metadata lists any (`acr_values_supported`).
    ///
    /// # Errors
    /// Fails if it offers none of them, or if the metadata cannot be read.
    pub(super) async fn check_offered(
        &self,
        attempt: &LoginAttempt,
    ) -> Result<(), LoginErrorReason> {
        let Some(asked) = &attempt.acr_values else {
            return Ok(());
        };
        let provider = self.oidc.provider().await?;
        let offered = provider.acr_values_supported.as_deref().unwrap_or_default();
        if offered.is_empty() || offered.iter().any(|acr| is_among(acr, asked)) {
            return Ok(());
        }
        tracing::warn!(
            ?asked,
            ?offered,
            see = SEE,
            "the provider offers no such acr"
        );
        Err(LoginErrorReason::InsufficientAuthentication)
    }
}

impl LoginAttempt {
    /// Checks `acr` and `auth_time` of the ID token against this attempt (Core section 3.1.3.7, 12
    /// and 13), and returns the time of the user's authentication.
    ///
    /// The time is `auth_time` and never that of the sign-in, which may have happened without the
    /// user. `None` if the provider does not name it (some send 0, which is long ago); with
    /// `max_age` it must (Core section 2). Its clock may be behind by [`Client::CLOCK_SKEW`]; times
    /// in the future count as `now`.
    ///
    /// # Errors
    /// [`LoginErrorReason::InsufficientAuthentication`] if `acr` is none of the values asked for,
    /// or `auth_time` is missing or earlier than `max_age` allows.
    pub(super) fn check_authentication(
        &self,
        claims: &IdTokenClaims,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Failure> {
        let refused = Failure::Final(LoginErrorReason::InsufficientAuthentication);
        let acr = claims.acr.as_deref();
        if let Some(asked) = &self.acr_values
            && !acr.is_some_and(|acr| is_among(acr, asked))
        {
            tracing::warn!(?asked, ?acr, see = SEE, "the ID token has another acr");
            return Err(refused);
        }
        let at = claims.auth_time.map(|time| time.min(now));
        if let Some(max_age) = self.max_age {
            let max_age = SignedDuration::from_secs(max_age.into());
            let earliest = self.begun_at - Client::CLOCK_SKEW - max_age;
            if at.is_none_or(|at| at < earliest) {
                let auth_time = at.map(tracing::field::display);
                let what = "the provider did not let the user authenticate again";
                tracing::warn!(auth_time, see = SEE, "{what}");
                return Err(refused);
            }
        }
        Ok(at)
    }
}

/// Returns `true` if `acr` is one of these values, which are separated by spaces.
fn is_among(acr: &str, values: &str) -> bool {
    values.split_ascii_whitespace().any(|value| value == acr)
}
