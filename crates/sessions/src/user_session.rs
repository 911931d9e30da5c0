//! The session: the user, its times and its tokens. The value that a store keeps.

use std::time::Duration;

use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use serde::{Deserialize, Serialize};

use crate::{
    Device, SessionTokens, User, cached_response::CachedResponse, session_data::SessionData,
};

/// Bytes of a session in a cache without its texts: the structs, and the overhead of the cache.
const ENTRY_BYTES: usize = 1_000;
/// Bytes of a cached response without the user's claims.
const CACHED_RESPONSE_BYTES: usize = 2_000;
/// Bytes of a device, whose key is at most an RSA key of 4,096 bits.
const DEVICE_BYTES: usize = 1_000;

/// A signed-in user's session.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct UserSession {
    /// The version of this session: a store replaces version n only by n + 1 (no lost update).
    pub version: u64,
    /// The signed-in user.
    pub user: User,
    /// The provider's session (`sid` of the ID token), which a logout token may name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_session_id: Option<String>,
    /// The `User-Agent` at the sign-in, truncated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Time of the user's last authentication, if the provider names it (`auth_time` of the ID
    /// token).
    #[serde(
        default,
        with = "millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub authenticated_at: Option<Timestamp>,
    /// The class of the user's authentication (`acr` of the ID token).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The methods of the user's authentication (`amr` of the ID token).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// Time of the sign-in; the absolute timeout counts from here.
    #[serde(with = "millisecond::required")]
    pub created_at: Timestamp,
    /// Latest end: the absolute timeout at the sign-in, or the end that the provider set if that is
    /// earlier. A shorter timeout in later settings applies, a longer one does not, so that an
    /// expired session stays expired.
    #[serde(with = "millisecond::required")]
    pub ends_at: Timestamp,
    /// Time of the last use, to the minute (or a tenth of a shorter idle timeout); the idle timeout
    /// counts from here.
    #[serde(with = "millisecond::required")]
    pub last_seen_at: Timestamp,
    /// The tokens.
    pub tokens: SessionTokens,
    /// The application's data, see [`crate::LiveSession::data`].
    #[serde(default, skip_serializing_if = "SessionData::is_untouched")]
    pub data: SessionData,
    /// The device that the session is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// The cached response about this version.
    #[serde(skip)]
    pub cached_response: CachedResponse,
}

/// The timeouts of a session.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Time without use.
    pub idle: Duration,
    /// Time since the sign-in.
    pub absolute: Duration,
}

impl Timeouts {
    /// The time at which every session of `now` has ended.
    pub fn latest_end(&self, now: Timestamp) -> Timestamp {
        after(now, self.absolute)
    }
}

impl UserSession {
    /// The end of this session if it is not used again (ASVS 7.3.1), at most [`Self::expires_at`].
    pub fn idle_expires_at(&self, timeouts: &Timeouts) -> Timestamp {
        after(self.last_seen_at, timeouts.idle).min(self.expires_at(timeouts))
    }

    /// The time at which a store may delete this session: later than its end, so that a request
    /// soon after the end gets the end reason.
    pub fn kept_until(&self, timeouts: &Timeouts) -> Timestamp {
        after(self.idle_expires_at(timeouts), timeouts.idle)
    }

    /// The end of this session, used or not (ASVS 7.3.2).
    pub fn expires_at(&self, timeouts: &Timeouts) -> Timestamp {
        after(self.created_at, timeouts.absolute).min(self.ends_at)
    }

    /// Returns `true` if neither timeout has passed, by values inside the seal only.
    pub fn is_current(&self, now: Timestamp, timeouts: &Timeouts) -> bool {
        now < self.idle_expires_at(timeouts)
    }

    /// Returns `true` if the user was authenticated at most this long ago. `false` if the provider
    /// does not say when.
    pub fn was_authenticated_within(&self, max_age: Duration, now: Timestamp) -> bool {
        let at = self.authenticated_at;
        at.is_some_and(|at| after(at, max_age) > now)
    }

    /// Returns `true` if `acr` is one of these values, which are separated by spaces. No order is
    /// assumed: name each one that suffices.
    pub fn has_acr(&self, values: &str) -> bool {
        let acr = self.acr.as_deref();
        acr.is_some_and(|acr| values.split_ascii_whitespace().any(|value| value == acr))
    }

    /// Maximum of bytes as an entry of a cache, with its cached response.
    pub fn weight(&self) -> u32 {
        let more = self.provider_session_id.iter().chain(&self.user_agent);
        let more = more.chain(&self.acr).chain(&self.amr);
        let text = self.user.text_length()
            + self.amr.capacity() * size_of::<String>()
            + self.tokens.text_length()
            + self.data.text_length()
            + more.map(String::len).sum::<usize>()
            + self.device.as_ref().map_or(0, |_| DEVICE_BYTES);
        u32::try_from(ENTRY_BYTES + text + self.max_cached_response()).unwrap_or(u32::MAX)
    }

    /// Maximum of bytes of its cached response.
    pub fn max_cached_response(&self) -> usize {
        let texts = self.acr.iter().chain(&self.amr).map(|text| text.len() + 3);
        CACHED_RESPONSE_BYTES + self.user.text_length() + texts.sum::<usize>()
    }

    /// The next version of this session.
    #[must_use]
    pub fn next_version(&self) -> Self {
        Self {
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// The next version, with these tokens and the roles that came with them.
    #[must_use]
    pub fn with_tokens(&self, mut tokens: SessionTokens) -> Self {
        let mut next = self.next_version();
        if let Some(roles) = tokens.roles.take() {
            next.user.roles = roles;
        }
        Self { tokens, ..next }
    }

    /// The next version, with the tokens and roles of a version that was refreshed later.
    #[must_use]
    pub(crate) fn with_tokens_of(&self, refreshed: &Self) -> Self {
        self.with_tokens(SessionTokens {
            roles: Some(refreshed.user.roles.clone()),
            ..refreshed.tokens.clone()
        })
    }

    /// The next version, with these data.
    #[must_use]
    pub(crate) fn with_data(&self, data: SessionData) -> Self {
        Self {
            data,
            ..self.next_version()
        }
    }

    /// The next version, bound to this device.
    #[must_use]
    pub(crate) fn bound_to(&self, device: Device) -> Self {
        Self {
            device: Some(device),
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

/// Returns `time + duration`, or the latest time.
pub(crate) fn after(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}
