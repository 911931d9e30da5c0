//! A login attempt: the state of an authorization request, against which the callback is checked.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use serde::{Deserialize, Serialize};

use super::LoginRequest;
use crate::tenant::Tenant;
use sessions::web::PreviousSession;

/// The state kept between the authorization request and the callback.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct LoginAttempt {
    /// Binds the callback to this browser (RFC 6749 section 10.12). Its last character is
    /// [`Self::restarts`], or [`SILENT`].
    pub state: String,
    /// Binds the ID token to this attempt.
    pub nonce: String,
    /// Binds the authorization code to this attempt (PKCE, RFC 7636).
    pub code_verifier: String,
    /// The path of this application to open after the sign-in.
    pub return_url: String,
    /// The tenant to sign in to.
    pub tenant: Tenant,
    /// The redirect URI of the authorization request.
    pub redirect_uri: String,
    /// The number of restarts after failed attempts.
    pub restarts: u8,
    /// The longest time since the user's authentication, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
    /// The classes of authentication of which the ID token must have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr_values: Option<String>,
    /// The browser's previous session, which the sign-in ends: the callback does not receive its
    /// cookies (`SameSite=Strict`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousSession>,
    /// Time of the start.
    #[serde(with = "millisecond::required")]
    pub begun_at: Timestamp,
}

/// The last character of the `state` of a silent attempt (`prompt=none`).
const SILENT: char = 's';

impl LoginAttempt {
    /// A new attempt, with 192 random bits each in `state` and `nonce`.
    #[must_use]
    pub fn begin(wanted: &LoginRequest, redirect_uri: String, now: Timestamp) -> Self {
        let random = || BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>());
        let (_, verifier) = PkceCodeChallenge::new_random_sha256();
        Self {
            state: match wanted.prompts.is_silent() {
                true => format!("{}{SILENT}", random()),
                false => format!("{}{}", random(), wanted.restarts),
            },
            nonce: random(),
            code_verifier: verifier.into_secret(),
            return_url: wanted.return_url.clone(),
            tenant: wanted.tenant.clone(),
            redirect_uri,
            restarts: wanted.restarts,
            max_age: wanted.max_age(),
            acr_values: wanted.acr_values().map(str::to_owned),
            previous: wanted.previous.clone(),
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

/// Returns `true` for the `state` of a silent attempt (`prompt=none`), also if the attempt is lost.
/// If it begins no session, it returns to its page without an error.
pub fn is_silent(state: &str) -> bool {
    state.ends_with(SILENT)
}

/// The number of restarts in a `state`, for a callback whose attempt is lost. It is not trusted:
/// only a counter.
pub fn restarts_of(state: &str) -> u8 {
    state
        .bytes()
        .last()
        .filter(u8::is_ascii_digit)
        .map_or(0, |digit| digit - b'0')
}
