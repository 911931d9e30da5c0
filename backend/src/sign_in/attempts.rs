//! Login attempts are kept in the browser: one sealed cookie each, so that several tabs can sign in
//! at once. At most three, ten minutes, one use.

use std::{sync::Arc, time::Duration};

use actix_web::{cookie::Cookie, http::header::HeaderMap};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use moka::sync::Cache;

use super::LoginAttempt;
use crate::{
    cookies::{Cookies, received},
    pseudonym::pseudonym,
    sealing::Sealer,
    session::FormerSession,
    storage::{Unavailable, redis::Redis},
};

/// Time to sign in (also the `Max-Age` of the cookie).
const LIFETIME: Duration = Duration::from_secs(600);
/// Attempts side by side in one browser.
const MOST: usize = 3;
/// Bytes of name and value that browsers keep (RFC 6265bis section 5.6); more are dropped without a
/// word.
const LARGEST: usize = 4_096;
/// How long a browser has to show that it keeps cookies.
const PROBE_LIFETIME: Duration = Duration::from_secs(60);
/// Characters of the state that name the attempt's cookie.
const NAME_LENGTH: usize = 8;

/// Whether an attempt was used before: what the nodes share does not answer.
#[derive(Debug, thiserror::Error)]
#[error("whether a login attempt was used is not known: {error}")]
pub struct UseUnknown {
    /// The attempt.
    pub attempt: Box<LoginAttempt>,
    /// Why that is not known.
    #[source]
    pub error: Unavailable,
}

/// Keeps login attempts in the browser and makes sure that each is used once.
pub struct LoginAttempts {
    sealer: Sealer,
    cookies: Cookies,
    used: Cache<String, ()>,
    shared: Option<Arc<Redis>>,
}

impl LoginAttempts {
    /// Attempts sealed with `sealer`. Which are used is known to all nodes that share a Redis.
    pub fn new(sealer: Sealer, cookies: Cookies, shared: Option<Arc<Redis>>) -> Self {
        let used = Cache::builder()
            .max_capacity(1_000_000)
            .time_to_live(LIFETIME)
            .build();
        Self {
            sealer,
            cookies,
            used,
            shared,
        }
    }

    /// The cookies to set for a new attempt: its own, and the removal of the oldest when there are
    /// too many, and of those with a name of before.
    ///
    /// # Errors
    /// When the attempt cannot be sealed.
    pub fn remember(
        &self,
        attempt: LoginAttempt,
        headers: &HeaderMap,
    ) -> anyhow::Result<Vec<Cookie<'static>>> {
        let own = self.fitting(attempt)?;
        let name = own.name();

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
        let is_former = |name: &str| {
            let former = self.cookies.former(name);
            former.is_some_and(|name| name.starts_with("login."))
        };
        let former = received(headers).map(|(other, _)| other);
        let removals = others.into_iter().take(surplus).map(|(_, other)| other);
        let removals = removals
            .chain(former.filter(|name| is_former(name)).take(MOST))
            .map(|other| self.cookies.removal(other.to_owned()));
        Ok(removals.chain([own]).collect())
    }

    /// The cookies of the other attempts of this browser, told which session it has by now: they
    /// were begun before.
    ///
    /// # Errors
    /// When one cannot be sealed.
    pub fn tell_others(
        &self,
        state: &str,
        former: &FormerSession,
        headers: &HeaderMap,
    ) -> anyhow::Result<Vec<Cookie<'static>>> {
        let others = received(headers)
            .filter_map(|(name, value)| self.open(name, value))
            .filter(|other| other.state != state);
        let told = others.take(MOST).map(|other| LoginAttempt {
            former: Some(former.clone()),
            ..other
        });
        told.map(|other| self.fitting(other)).collect()
    }

    /// The cookie of an attempt. What it says of the session before gives way when it takes too
    /// many bytes.
    fn fitting(&self, attempt: LoginAttempt) -> anyhow::Result<Cookie<'static>> {
        let name = self.cookies.login_attempt(cookie_suffix(&attempt.state));
        let seal = |attempt: &LoginAttempt| -> anyhow::Result<String> {
            let plain = serde_json::to_vec(attempt)?;
            let sealed = self.sealer.seal(&plain, name.as_bytes())?;
            Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed))
        };
        let fits = |value: &String| name.len() + value.len() <= LARGEST;
        let mut value = seal(&attempt)?;
        if !fits(&value) {
            tracing::warn!(
                "no room to revoke the refresh token of the session before this sign-in"
            );
            let former = attempt.former.clone().map(FormerSession::without_token);
            value = seal(&LoginAttempt {
                former,
                ..attempt.clone()
            })?;
        }
        if !fits(&value) {
            tracing::warn!("no room to end the session before this sign-in");
            value = seal(&LoginAttempt {
                former: None,
                ..attempt
            })?;
        }
        Ok(self.cookies.build(name, value, LIFETIME))
    }

    /// Whether a browser brings no attempt at all. Then it keeps no cookies, or its attempt was
    /// long ago.
    pub fn none_came(&self, headers: &HeaderMap) -> bool {
        !received(headers).any(|(name, _)| name.starts_with(self.cookies.login_attempt_prefix()))
    }

    /// A cookie in the place of the attempt that `state` names: whether it comes back tells the two
    /// apart.
    #[must_use]
    pub fn probe(&self, state: &str) -> Cookie<'static> {
        let name = self.cookies.login_attempt(cookie_suffix(state));
        self.cookies.build(name, "kept".to_owned(), PROBE_LIFETIME)
    }

    /// The attempt that this callback's `state` belongs to, if this browser began it, in time, and
    /// it was not used before, on any node. From now on it is used, whatever comes of it.
    ///
    /// # Errors
    /// When what the nodes share does not answer: nobody can say then whether it was used.
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
        let name = self.cookies.login_attempt(cookie_suffix(state));
        let (_, value) = received(headers).find(|(other, _)| *other == name)?;
        let attempt = self.open(&name, value)?;
        let in_time = now.duration_since(attempt.begun_at).unsigned_abs() < LIFETIME;
        (attempt.state == state && in_time).then_some(attempt)
    }

    /// Decided in memory on one node, and by Redis where there are several (`NX`: the first who
    /// says so wins).
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
            .arg(LIFETIME.as_secs());
        let answer: Option<String> = redis.run(&set).await?;
        Ok(answer.is_some())
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

/// What names the cookie of a state; empty for a state that is none of ours.
fn cookie_suffix(state: &str) -> &str {
    let named = state.get(..NAME_LENGTH).filter(|name| {
        name.bytes()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
    });
    named.unwrap_or_default()
}
