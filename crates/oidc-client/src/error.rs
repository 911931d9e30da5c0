//! The error of this crate.

use std::{error, fmt};

/// A request to the provider failed, or its response did not pass the checks.
///
/// The text is for the log: it names the call and the check, never a token, a claim's value or an
/// address with a query.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    text: String,
}

/// The kind of an [`Error`], by what an application can do about it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ErrorKind {
    /// The provider did not respond, or with a temporary error. Try again later.
    Unavailable,
    /// The code or refresh token was used, expired, revoked or issued to another client
    /// (`invalid_grant`).
    InvalidGrant,
    /// The provider refused the grant with an `error` that is neither `invalid_grant` nor about
    /// the client.
    GrantRefused,
    /// The provider refuses a token for the requested API or scopes. The refresh token is not
    /// spent.
    TargetRefused,
    /// The provider refused the client: its id, secret or grant type. Check the registration.
    ClientRefused,
    /// A successful response lacks a required member. A code or refresh token is spent.
    Unusable,
    /// A successful response of the token endpoint is incomplete or no JSON object. The code or
    /// refresh token is spent.
    Unreadable,
    /// Refreshed tokens are for another user, provider or client. Their refresh token is being
    /// revoked.
    WrongTokens,
    /// A token did not pass a check: the signature or one of the claims.
    InvalidToken,
    /// The userinfo endpoint refused the access token.
    AccessTokenRefused,
}

impl Error {
    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// An error of kind [`Unavailable`](ErrorKind::Unavailable), for calls that an application
    /// makes itself with [`Http`](crate::Http).
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Unavailable, cause)
    }

    pub(crate) fn new(kind: ErrorKind, text: impl fmt::Display) -> Self {
        let text = text.to_string();
        Self { kind, text }
    }

    /// Changes the kind.
    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        Self { kind, ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            ErrorKind::Unavailable => "the identity provider is unavailable: ",
            ErrorKind::InvalidGrant
            | ErrorKind::GrantRefused
            | ErrorKind::TargetRefused
            | ErrorKind::ClientRefused => "the provider refused the request: ",
            ErrorKind::Unusable | ErrorKind::Unreadable => "the response cannot be used: ",
            ErrorKind::WrongTokens => "the refreshed tokens are of somebody else: ",
            ErrorKind::InvalidToken => "",
            ErrorKind::AccessTokenRefused => "the provider refused the access token: ",
        };
        write!(f, "{what}{}", self.text)
    }
}

impl error::Error for Error {}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The address may contain a secret; the path is enough to name the call.
        let path = error.url().map(|url| url.path().to_owned());
        let mut text = path.unwrap_or_default();
        let error = error.without_url();
        let mut cause: Option<&dyn error::Error> = Some(&error);
        while let Some(error) = cause {
            text += &format!(": {error}");
            cause = error.source();
        }
        Self::unavailable(text)
    }
}
