//! Login attempts are kept in the browser: one sealed cookie each, so that several tabs can sign in at once. At most
//! three, ten minutes, one use.

use std::time::Duration;

use actix_web::{cookie::Cookie, http::header::HeaderMap};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use moka::sync::Cache;

use super::login_attempt::LoginAttempt;
use crate::session::{Cookies, Sealer, received};

/// Time to sign in (also the `Max-Age` of the cookie).
const LIFETIME: Duration = Duration::from_secs(600);
/// Attempts side by side in one browser.
const MOST: usize = 3;
/// Characters of the state that name the attempt's cookie.
const NAME_LENGTH: usize = 8;

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
