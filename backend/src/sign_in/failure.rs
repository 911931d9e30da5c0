//! The reasons why a callback begins no session.

use oidc_client::{Error, ErrorKind};

use super::LoginErrorReason;

/// The reason why a callback begins no session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Failure {
    /// The attempt was lost, used or too old, or its code or sign-in expired: begin a new attempt.
    Restart,
    /// Shown to the user on the error page.
    Final(LoginErrorReason),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let see = "docs/troubleshooting.md#login_failed";
        match error.kind() {
            ErrorKind::InvalidGrant => {
                tracing::info!("the authorization code is not valid");
                Self::Restart
            }
            ErrorKind::GrantRefused | ErrorKind::TargetRefused | ErrorKind::ClientRefused => {
                tracing::error!(
                    %error,
                    see = "docs/troubleshooting.md#application_refused",
                    "the provider refused this application: check CLIENT_ID, CLIENT_SECRET and \
                     the redirect URI"
                );
                Self::Final(LoginErrorReason::ApplicationRefused)
            }
            ErrorKind::Unusable => {
                tracing::error!(%error, see, "the provider's response cannot be used");
                Self::Final(LoginErrorReason::LoginFailed)
            }
            ErrorKind::InvalidToken | ErrorKind::WrongTokens => {
                tracing::warn!(%error, see, "the ID token was refused");
                Self::Final(LoginErrorReason::LoginFailed)
            }
            ErrorKind::AccessTokenRefused => refuse("access token at userinfo"),
            ErrorKind::Unreadable | ErrorKind::Unavailable => Self::Final(error.into()),
        }
    }
}

/// The failure of a check, which the log names.
pub(super) fn refuse(check: &'static str) -> Failure {
    tracing::warn!(check, "the provider's response was refused");
    Failure::Final(LoginErrorReason::LoginFailed)
}
