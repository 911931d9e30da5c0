//! A login attempt: what this browser must bring back from the provider to be signed in.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use serde::{Deserialize, Serialize};

use super::{LoginRequest, Prompt};
use crate::{session::FormerSession, tenant::Tenant};

/// What is remembered between the authorization request and the callback.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct LoginAttempt {
    /// Ties the callback to this browser (RFC 6749 section 10.12). Ends with [`Self::restarts`] in
    /// one digit.
    pub state: String,
    /// Ties the ID token to this attempt.
    pub nonce: String,
    /// Ties the authorization code to this attempt (RFC 7636).
    pub code_verifier: String,
    /// Where to go afterwards: a path of this application.
    pub return_url: String,
    /// The tenant to sign in to.
    pub tenant: Tenant,
    /// The redirect URI that the code was asked for.
    pub redirect_uri: String,
    /// How often this attempt was begun anew because the one before could not be finished.
    pub restarts: u8,
    /// Whether the user must prove anew who they are: what they proved before this attempt does not
    /// count.
    pub reauthenticates: bool,
    /// The session that this browser had before, to be ended afterwards: the callback does not see
    /// its cookies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<FormerSession>,
    /// When it was begun.
    #[serde(with = "millisecond::required")]
    pub begun_at: Timestamp,
}

impl LoginAttempt {
    /// A new attempt, with 192 bits of chance each in state and nonce.
    #[must_use]
    pub fn begin(wanted: &LoginRequest, redirect_uri: String, now: Timestamp) -> Self {
        let random = || BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>());
        let (_, verifier) = PkceCodeChallenge::new_random_sha256();
        Self {
            state: format!("{}{}", random(), wanted.restarts),
            nonce: random(),
            code_verifier: verifier.into_secret(),
            return_url: wanted.return_url.clone(),
            tenant: wanted.tenant.clone(),
            redirect_uri,
            restarts: wanted.restarts,
            reauthenticates: wanted.prompt == Some(Prompt::Login),
            former: wanted.former.clone(),
            begun_at: now,
        }
    }

    /// The code challenge for the authorization request (S256, RFC 7636 section 4.2).
    pub fn code_challenge(&self) -> String {
        let verifier = PkceCodeVerifier::new(self.code_verifier.clone());
        PkceCodeChallenge::from_code_verifier_sha256(&verifier)
            .as_str()
            .to_owned()
    }
}

/// The restarts that a state tells of, for a callback whose attempt is lost. Only a counter: it is
/// not trusted.
pub fn restarts_of(state: &str) -> u8 {
    state
        .bytes()
        .last()
        .filter(u8::is_ascii_digit)
        .map_or(0, |digit| digit - b'0')
}
