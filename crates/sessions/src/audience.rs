//! APIs with access tokens of their own.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use oidc_client::{Token, TokenTarget};
use serde::{Deserialize, Serialize};

/// An API with access tokens of its own, which no other API accepts (RFC 8707). They are requested
/// with the session's refresh token, and kept in the session.
#[derive(Debug)]
pub struct Audience {
    name: String,
    target: TokenTarget,
    is_ignored: AtomicBool,
}

impl Audience {
    /// `name`: the name of its tokens in the session, unique and short, as it may be in cookies.
    pub fn new(name: impl Into<String>, target: TokenTarget) -> Self {
        Self {
            name: name.into(),
            target,
            is_ignored: AtomicBool::new(false),
        }
    }

    /// The name of the API.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns `true` if the provider ignores `resource`: its last token for this API did not name
    /// the API as its audience. The API gets that token all the same.
    pub fn is_ignored(&self) -> bool {
        self.is_ignored.load(Ordering::Relaxed)
    }

    pub(crate) fn target(&self) -> &TokenTarget {
        &self.target
    }

    pub(crate) fn note_token(&self, token: &Token) {
        let is_ignored = self.target.is_ignored_by(token);
        if is_ignored && !self.is_ignored.swap(is_ignored, Ordering::Relaxed) {
            let api = &self.name;
            tracing::warn!(
                api,
                "the provider ignores `resource`: the token does not name this API"
            );
        }
        self.is_ignored.store(is_ignored, Ordering::Relaxed);
    }
}

/// An access token, and its times.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct AccessToken {
    /// The token.
    pub token: Token,
    /// Its expiry.
    #[serde(with = "millisecond::required")]
    pub expires_at: Timestamp,
    /// Time of issue.
    #[serde(with = "millisecond::required")]
    pub issued_at: Timestamp,
    /// The refresh that issued it: the number of refreshes since the sign-in.
    pub refresh: u64,
}
