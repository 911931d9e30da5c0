//! A login attempt: what this browser must bring back from the provider to be signed in.
//!
//! State, nonce, PKCE verifier and return address in one sealed cookie, one cookie per attempt, so that several tabs
//! can sign in at once. At most three, ten minutes, one use.

use std::time::Duration;

use actix_web::{cookie::Cookie, http::header::HeaderMap};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use moka::sync::Cache;
use oauth2::PkceCodeVerifier;
use serde::{Deserialize, Serialize};

use super::tenant::Tenant;
use crate::session::{Cookies, Sealer, received};

/// Time to sign in (also the `Max-Age` of the cookie).
pub const LIFETIME: Duration = Duration::from_secs(600);
/// Attempts side by side in one browser.
const MOST: usize = 3;
/// Characters of the state that name the attempt's cookie.
const NAME_LENGTH: usize = 8;

/// What is remembered between the authorization request and the callback.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct LoginAttempt {
    /// Ties the callback to this browser (RFC 6749 section 10.12). Ends with [`Self::restarts`] in one digit.
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
    #[serde(with = "millisecond::required")]
    begun_at: Timestamp,
}

impl LoginAttempt {
    /// A new attempt, with 192 bits of chance each in state and nonce.
    #[must_use]
    pub fn begin(
        tenant: Tenant,
        redirect_uri: String,
        return_url: String,
        restarts: u8,
        now: Timestamp,
    ) -> Self {
        let random = || BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>());
        let (_, verifier) = oauth2::PkceCodeChallenge::new_random_sha256();
        Self {
            state: format!("{}{restarts}", random()),
            nonce: random(),
            code_verifier: verifier.secret().clone(),
            return_url,
            tenant,
            redirect_uri,
            restarts,
            begun_at: now,
        }
    }

    /// The code challenge for the authorization request (S256).
    #[must_use]
    pub fn code_challenge(&self) -> String {
        let verifier = PkceCodeVerifier::new(self.code_verifier.clone());
        oauth2::PkceCodeChallenge::from_code_verifier_sha256(&verifier)
            .as_str()
            .to_owned()
    }
}

/// The restarts that a state tells of, for a callback whose attempt is lost. Only a counter: it is not trusted.
#[must_use]
pub fn restarts_of(state: &str) -> u8 {
    state
        .bytes()
        .last()
        .filter(u8::is_ascii_digit)
        .map_or(0, |digit| digit - b'0')
}

/// Keeps login attempts in the browser and makes sure that each is used once.
pub struct LoginAttempts {
    sealer: Sealer,
    cookies: Cookies,
    used: Cache<String, ()>,
}

impl LoginAttempts {
    /// Attempts sealed with `sealer`.
    #[must_use]
    pub fn new(sealer: Sealer, cookies: Cookies) -> Self {
        let used = Cache::builder()
            .max_capacity(1_000_000)
            .time_to_live(LIFETIME)
            .build();
        Self {
            sealer,
            cookies,
            used,
        }
    }

    /// The cookies to set for a new attempt: its own, and the removal of the oldest when there are too many.
    ///
    /// # Errors
    /// When the attempt cannot be sealed.
    pub fn remember(
        &self,
        attempt: &LoginAttempt,
        headers: &HeaderMap,
    ) -> anyhow::Result<Vec<Cookie<'static>>> {
        let name = self.cookies.login_attempt(cookie_suffix(&attempt.state));
        let sealed = self
            .sealer
            .seal(&serde_json::to_vec(attempt)?, name.as_bytes())?;
        let value = BASE64_URL_SAFE_NO_PAD.encode(sealed);

        // Unreadable ones first, then the oldest.
        let mut others: Vec<(Option<Timestamp>, &str)> = received(headers)
            .filter(|(other, _)| {
                other.starts_with(self.cookies.login_attempt_prefix()) && *other != name
            })
            .map(|(other, value)| {
                (
                    self.open(other, value).map(|attempt| attempt.begun_at),
                    other,
                )
            })
            .collect();
        others.sort();
        let surplus = (others.len() + 1).saturating_sub(MOST);
        let removals = others
            .into_iter()
            .take(surplus)
            .map(|(_, other)| self.cookies.removal(other.to_owned()));
        Ok(removals
            .chain([self.cookies.build(name.clone(), value, LIFETIME)])
            .collect())
    }

    /// The attempt that this callback's `state` belongs to, if this browser began it, in time, and it was not used
    /// before. From now on it is used, whatever comes of it.
    #[must_use]
    pub fn take(&self, state: &str, headers: &HeaderMap, now: Timestamp) -> Option<LoginAttempt> {
        let name = self.cookies.login_attempt(cookie_suffix(state));
        let (_, value) = received(headers).find(|(other, _)| *other == name)?;
        let attempt = self.open(&name, value)?;
        let in_time = now.duration_since(attempt.begun_at).unsigned_abs() < LIFETIME;
        if attempt.state != state || !in_time {
            return None;
        }
        let first = self
            .used
            .entry(attempt.state.clone())
            .or_insert(())
            .is_fresh();
        first.then_some(attempt)
    }

    /// Deletes the cookie of the attempt that `state` names.
    #[must_use]
    pub fn forget(&self, state: &str) -> Cookie<'static> {
        self.cookies
            .removal(self.cookies.login_attempt(cookie_suffix(state)))
    }

    fn open(&self, name: &str, value: &str) -> Option<LoginAttempt> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        serde_json::from_slice(&self.sealer.open(&sealed, name.as_bytes())?).ok()
    }
}

impl std::fmt::Debug for LoginAttempts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoginAttempts")
    }
}

/// What names the cookie of a state; empty for a state that is none of ours.
fn cookie_suffix(state: &str) -> &str {
    let named = state.get(..NAME_LENGTH).filter(|name| {
        name.bytes()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
    });
    named.unwrap_or_default()
}
