//! The session: who is signed in, since when, and with which tokens. The one value that a store
//! keeps.

use std::{sync::OnceLock, time::Duration};

use bytes::Bytes;
use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use serde::{Deserialize, Serialize};

use crate::{SessionTokens, User};

/// Bytes of a session in a cache without its texts: the structs, and what the cache adds.
const ENTRY_BYTES: usize = 1_000;
/// Bytes of a description without what it says of the user.
const CACHED_RESPONSE_BYTES: usize = 2_000;

/// A signed-in user's session.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct UserSession {
    /// Counts the versions of this session: a store replaces version n only by n + 1 (no lost
    /// update).
    pub version: u64,
    /// Who is signed in.
    pub user: User,
    /// The provider's session (`sid` of the ID token), which a logout token may name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_session_id: Option<String>,
    /// What the browser said it is when the session began, cut short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// When the user last proved who they are, if the provider says so (`auth_time` of the ID
    /// token).
    #[serde(
        default,
        with = "millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub authenticated_at: Option<Timestamp>,
    /// When this session began; the absolute timeout counts from here.
    #[serde(with = "millisecond::required")]
    pub created_at: Timestamp,
    /// When it ends at the latest: the absolute timeout of its sign-in. A shorter setting of today
    /// shortens it, a longer one never lengthens it, so that what ended stays ended.
    #[serde(with = "millisecond::required")]
    pub ends_at: Timestamp,
    /// When this session was last used, to the minute (less with a short idle timeout, which counts
    /// from here).
    #[serde(with = "millisecond::required")]
    pub last_seen_at: Timestamp,
    /// What the provider issued.
    pub tokens: SessionTokens,
    /// What is told of this version.
    #[serde(skip)]
    pub cached_response: CachedResponse,
}

/// A text about one version of a session and its cookies, kept from when it is first asked for. A
/// copy has none yet, as it is about to become another version.
#[derive(Debug, Default)]
pub struct CachedResponse(OnceLock<(Vec<(String, usize)>, Bytes)>);

impl CachedResponse {
    /// The text of a request with these cookies, by name and bytes: the one that is kept, or what
    /// `make` returns, which is kept unless it takes more than `room` bytes with the names.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn get_or_make<E>(
        &self,
        cookies: &[(&str, usize)],
        room: usize,
        make: impl FnOnce() -> Result<Bytes, E>,
    ) -> Result<Bytes, E> {
        if let Some((known, text)) = self.0.get()
            && known
                .iter()
                .map(|(name, bytes)| (name.as_str(), *bytes))
                .eq(cookies.iter().copied())
        {
            return Ok(text.clone());
        }
        let text = make()?;
        let names = cookies.iter().map(|(name, _)| name.len()).sum::<usize>();
        if text.len() + names + size_of_val(cookies) <= room {
            let cookies = cookies
                .iter()
                .map(|(name, bytes)| ((*name).to_owned(), *bytes));
            let _ = self.0.set((cookies.collect(), text.clone()));
        }
        Ok(text)
    }
}

impl Clone for CachedResponse {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// How long a session may live.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Without use.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
}

impl Timeouts {
    /// When every session that exists `now` is over.
    pub fn latest_end(&self, now: Timestamp) -> Timestamp {
        after(now, self.absolute)
    }
}

impl UserSession {
    /// When this session ends if it is not used again (ASVS 7.3.1); never after
    /// [`Self::expires_at`].
    pub fn idle_expires_at(&self, timeouts: &Timeouts) -> Timestamp {
        after(self.last_seen_at, timeouts.idle).min(self.expires_at(timeouts))
    }

    /// When a store may forget this session: later than its end, so that whoever comes back soon
    /// after it is told which timeout has passed.
    pub fn kept_until(&self, timeouts: &Timeouts) -> Timestamp {
        after(self.idle_expires_at(timeouts), timeouts.idle)
    }

    /// When this session ends, used or not (ASVS 7.3.2).
    pub fn expires_at(&self, timeouts: &Timeouts) -> Timestamp {
        after(self.created_at, timeouts.absolute).min(self.ends_at)
    }

    /// Whether neither timeout has passed. Decided from values inside the session, whatever the
    /// browser sends.
    pub fn is_current(&self, now: Timestamp, timeouts: &Timeouts) -> bool {
        now < self.idle_expires_at(timeouts)
    }

    /// The bytes that it takes in memory at most, as an entry of a cache, with its description.
    pub fn weight(&self) -> u32 {
        let more = self.provider_session_id.iter().chain(&self.user_agent);
        let text = self.user.text_length()
            + self.tokens.text_length()
            + more.map(String::len).sum::<usize>();
        u32::try_from(ENTRY_BYTES + text + self.max_cached_response()).unwrap_or(u32::MAX)
    }

    /// The bytes that its description may take to be kept.
    pub fn max_cached_response(&self) -> usize {
        CACHED_RESPONSE_BYTES + self.user.text_length()
    }

    /// The next version of this session, to be changed and written.
    #[must_use]
    pub fn next_version(&self) -> Self {
        Self {
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// The next version, with these tokens.
    #[must_use]
    pub fn with_tokens(&self, tokens: SessionTokens) -> Self {
        Self {
            tokens,
            ..self.next_version()
        }
    }

    /// The next version, used at this time.
    #[must_use]
    pub fn used_at(&self, time: Timestamp) -> Self {
        Self {
            last_seen_at: time,
            ..self.next_version()
        }
    }
}

/// `time + duration`, or the end of time.
pub(crate) fn after(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}
