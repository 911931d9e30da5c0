//! Login attempts: each in a sealed cookie, so that several tabs can sign in at the same time. At
//! most three, for ten minutes, for one use.

use std::{sync::Arc, time::Duration};

use actix_web::{
    cookie::Cookie,
    http::header::{self, HeaderMap, HeaderValue},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use moka::sync::Cache;
use sealed_cookies::{CookieNames, Keyring, parse_cookies};
use storage::{Redis, Unavailable, pseudonym};

use super::LoginAttempt;
use sessions::web::PreviousSession;

/// The lifetime of an attempt, also the `Max-Age` of its cookie.
const ATTEMPT_LIFETIME: Duration = Duration::from_secs(600);
/// Concurrent attempts of one browser.
const MAX_ATTEMPTS: usize = 3;
/// Bytes of name and value of a cookie; browsers drop larger ones silently (RFC 6265bis section
/// 5.6).
const MAX_COOKIE_BYTES: usize = 4_096;
/// The `Max-Age` of the cookie that tests whether a browser keeps cookies.
const PROBE_LIFETIME: Duration = Duration::from_secs(60);
/// Characters of `state` in the name of the attempt's cookie.
const NAME_LENGTH: usize = 8;

/// Redis is unavailable, so it is unknown whether the attempt was used before.
#[derive(Debug, thiserror::Error)]
#[error("a login attempt cannot be checked for reuse: {error}")]
pub struct UseUnknown {
    /// The attempt.
    pub attempt: Box<LoginAttempt>,
    /// The error of Redis.
    #[source]
    pub error: Unavailable,
}

/// Keeps login attempts in the browser, each for one use.
pub struct LoginAttempts {
    keyring: Keyring,
    cookies: CookieNames,
    used: Cache<String, ()>,
    shared: Option<Arc<Redis>>,
}

impl LoginAttempts {
    /// Seals attempts with `keyring`. With `shared`, all nodes know which attempts were used.
    pub fn new(keyring: Keyring, cookies: CookieNames, shared: Option<Arc<Redis>>) -> Self {
        let used = Cache::builder()
            .max_capacity(1_000_000)
            .time_to_live(ATTEMPT_LIFETIME)
            .build();
        Self {
            keyring,
            cookies,
            used,
            shared,
        }
    }

    /// The cookies to set for a new attempt: its own, and the removal of the oldest if there are
    /// too many.
    ///
    /// # Errors
    /// Fails if the attempt cannot be sealed.
    pub fn remember(
        &self,
        attempt: LoginAttempt,
        headers: &HeaderMap,
    ) -> anyhow::Result<Vec<Cookie<'static>>> {
        let own = self.cookie_of(attempt)?;
        let name = own.name();

        // Unreadable cookies first, then the oldest.
        let mut others: Vec<(Option<Timestamp>, &str)> = parse_cookies(lines(headers))
            .filter(|(other, _)| self.cookies.suffix_of(other).is_some() && *other != name)
            .map(|(other, value)| {
                (
                    self.open(other, value).map(|attempt| attempt.begun_at),
                    other,
                )
            })
            .collect();
        others.sort();
        let surplus = (others.len() + 1).saturating_sub(MAX_ATTEMPTS);
        let removals = others.into_iter().take(surplus);
        let removals = removals.map(|(_, other)| self.cookies.removal(other.to_owned()));
        Ok(removals.chain([own]).collect())
    }

    /// New cookies for the browser's other attempts, which began before its current session and now
    /// name it as the previous one.
    ///
    /// # Errors
    /// Fails if one cannot be sealed.
    pub fn update_others(
        &self,
        state: &str,
        previous: &PreviousSession,
        headers: &HeaderMap,
    ) -> anyhow::Result<Vec<Cookie<'static>>> {
        let others = parse_cookies(lines(headers))
            .filter_map(|(name, value)| self.open(name, value))
            .filter(|other| other.state != state);
        let updated = others.take(MAX_ATTEMPTS).map(|other| LoginAttempt {
            previous: Some(previous.clone()),
            ..other
        });
        updated.map(|other| self.cookie_of(other)).collect()
    }

    /// The cookie of an attempt, without the previous session's tokens if it would be too large.
    fn cookie_of(&self, attempt: LoginAttempt) -> anyhow::Result<Cookie<'static>> {
        let name = self.cookies.named(&cookie_suffix(&attempt.state));
        let seal = |attempt: &LoginAttempt| -> anyhow::Result<String> {
            let plain = serde_json::to_vec(attempt)?;
            let sealed = self.keyring.seal(&plain, name.as_bytes())?;
            Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed))
        };
        let fits = |value: &String| name.len() + value.len() <= MAX_COOKIE_BYTES;
        let mut value = seal(&attempt)?;
        if !fits(&value) {
            tracing::warn!("no room to revoke the refresh token of the previous session");
            let previous = attempt.previous.clone().map(PreviousSession::without_token);
            value = seal(&LoginAttempt {
                previous,
                ..attempt.clone()
            })?;
        }
        if !fits(&value) {
            tracing::warn!("no room to end the previous session");
            value = seal(&LoginAttempt {
                previous: None,
                ..attempt
            })?;
        }
        Ok(self.cookies.build(name, value, ATTEMPT_LIFETIME))
    }

    /// The number of restarts of the browser's newest attempt, for a callback without `state`.
    pub(super) fn restarts(&self, headers: &HeaderMap) -> u8 {
        let attempts =
            parse_cookies(lines(headers)).filter_map(|(name, value)| self.open(name, value));
        let newest = attempts.max_by_key(|attempt| (attempt.begun_at, attempt.restarts));
        newest.map_or(0, |attempt| attempt.restarts)
    }

    /// Returns `true` if the browser sent no attempt: it keeps no cookies, or the attempt expired.
    pub fn has_none(&self, headers: &HeaderMap) -> bool {
        !parse_cookies(lines(headers)).any(|(name, _)| self.cookies.suffix_of(name).is_some())
    }

    /// A test cookie with the name of the attempt's: the browser returns it only if it keeps
    /// cookies.
    #[must_use]
    pub fn probe(&self, state: &str) -> Cookie<'static> {
        let name = self.cookies.named(&cookie_suffix(state));
        self.cookies.build(name, "kept".to_owned(), PROBE_LIFETIME)
    }

    /// Returns the attempt with this `state` if this browser began it less than ten minutes ago and
    /// no node has used it. It then counts as used, whether or not the sign-in succeeds.
    ///
    /// # Errors
    /// [`UseUnknown`] if Redis is unavailable.
    pub async fn take(
        &self,
        state: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<LoginAttempt>, UseUnknown> {
        let Some(attempt) = self.find(state, headers, now) else {
            return Ok(None);
        };
        match self.is_first_use(&attempt).await {
            Ok(first) => Ok(first.then_some(attempt)),
            Err(error) => Err(UseUnknown {
                attempt: Box::new(attempt),
                error,
            }),
        }
    }

    fn find(&self, state: &str, headers: &HeaderMap, now: Timestamp) -> Option<LoginAttempt> {
        let name = self.cookies.named(&cookie_suffix(state));
        let (_, value) = parse_cookies(lines(headers)).find(|(other, _)| *other == name)?;
        let attempt = self.open(&name, value)?;
        let in_time = now.duration_since(attempt.begun_at).unsigned_abs() < ATTEMPT_LIFETIME;
        (attempt.state == state && in_time).then_some(attempt)
    }

    /// Marks the attempt as used: in memory on one node, in Redis on several (`NX`). `false` if it
    /// was used before.
    async fn is_first_use(&self, attempt: &LoginAttempt) -> Result<bool, Unavailable> {
        let here = self.used.entry(attempt.state.clone()).or_insert(());
        let (true, Some(redis)) = (here.is_fresh(), &self.shared) else {
            return Ok(here.is_fresh());
        };
        let key = format!("login-attempt:{}", pseudonym(&attempt.state));
        let mut set = redis::cmd("SET");
        set.arg(key)
            .arg(1)
            .arg("NX")
            .arg("EX")
            .arg(ATTEMPT_LIFETIME.as_secs());
        let answer: Option<String> = redis.run(&set).await?;
        Ok(answer.is_some())
    }

    /// Removes the cookie of the attempt with this `state`.
    #[must_use]
    pub fn forget(&self, state: &str) -> Cookie<'static> {
        self.cookies
            .removal(self.cookies.named(&cookie_suffix(state)))
    }

    fn open(&self, name: &str, value: &str) -> Option<LoginAttempt> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        serde_json::from_slice(&self.keyring.open(&sealed, name.as_bytes())?).ok()
    }
}

fn lines(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    headers.get_all(header::COOKIE).map(HeaderValue::as_bytes)
}

/// The suffix of the cookie's name for a `state`; empty if this server did not make `state`.
fn cookie_suffix(state: &str) -> &str {
    let named = state.get(..NAME_LENGTH).filter(|name| {
        name.bytes()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
    });
    named.unwrap_or_default()
}
