//! Revocations, and their entries in the list.
//!
//! Entries have a fixed binary layout, because a list of millions is read at each start.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use storage::digest;

/// Time for which expired entries are kept: they are needed again if a clock that was ahead is
/// corrected.
pub(crate) const GRACE: SignedDuration = SignedDuration::from_mins(10);
/// Least time for which the `jti` of a logout token is stored: longer than the token is valid.
pub(crate) const TOKEN_MEMORY: Duration = Duration::from_secs(180);

/// 128 bits: the name of a session, or the digest of the id of a user, a provider session or a
/// logout token. So the stored list contains no id of a provider.
pub type Name = [u8; 16];

/// The sessions that a revocation ends; except for `Session`, only those that began before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// One session.
    Session(Name),
    /// All sessions of a user.
    User(Name),
    /// All sessions of a user (first name) but one (second name).
    OthersOfUser(Name, Name),
    /// The sessions that came from one session at the provider (`sid`).
    ProviderSession(Name),
}

impl Scope {
    /// The session with this name.
    pub fn session(name: impl Into<Name>) -> Self {
        Self::Session(name.into())
    }

    /// All sessions of the user with this id at the provider.
    pub fn user(id: &str) -> Self {
        Self::User(digest(id))
    }

    /// All sessions of the user but `spared`.
    pub fn others_of_user(id: &str, spared: impl Into<Name>) -> Self {
        Self::OthersOfUser(digest(id), spared.into())
    }

    /// The sessions that came from this session at the provider (`sid`).
    pub fn provider_session(id: &str) -> Self {
        Self::ProviderSession(digest(id))
    }
}

/// A revocation of sessions.
#[derive(Clone, Copy, Debug)]
pub struct Revocation {
    /// The sessions to end.
    pub scope: Scope,
    /// A number of the application, which [`crate::RevocationList::find`] returns.
    pub reason: u8,
    /// Time at which all these sessions have expired. The list keeps the entry until then.
    pub until: Timestamp,
    /// Digest of the `jti` of its logout token, or another name under which it counts once.
    pub token: Option<Name>,
    /// Sessions that began later are spared, also if the logout token is delivered late.
    pub not_after: Option<Timestamp>,
}

impl Revocation {
    /// A revocation that the list keeps until `until`.
    pub fn new(scope: Scope, reason: u8, until: Timestamp) -> Self {
        Self {
            scope,
            reason,
            until,
            token: None,
            not_after: None,
        }
    }

    /// Adds a name under which one revocation counts, on all nodes together: of concurrent ones all
    /// but the first get [`crate::Added::TokenUsedBefore`].
    #[must_use]
    pub fn once(self, name: Name) -> Self {
        Self {
            token: Some(name),
            ..self
        }
    }

    /// Adds the `jti` of a logout token, and the time after which sessions are spared (OpenID
    /// Connect Back-Channel Logout 1.0 section 2.6).
    #[must_use]
    pub fn with_logout_token(self, jti: &str, not_after: Timestamp) -> Self {
        Self {
            not_after: Some(not_after),
            ..self.once(digest(jti))
        }
    }
}

/// An entry of the list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Entry {
    pub(crate) scope: Scope,
    pub(crate) reason: u8,
    /// Revokes sessions with this number or a lower one, see `order`.
    pub(crate) created_until: Timestamp,
    pub(crate) until: Timestamp,
}

impl Entry {
    /// The entry of a revocation with the number `created_until`, written at `now`. If the number
    /// is ahead of the clock, the revoked sessions may be, too, so it is kept longer.
    pub(crate) fn new(revocation: &Revocation, created_until: Timestamp, now: Timestamp) -> Self {
        let ahead = created_until.duration_since(now).unsigned_abs();
        // A number that is ahead of the clock cannot be compared with a time.
        let created_until = match revocation.not_after {
            Some(latest) if created_until <= now => created_until.min(latest),
            _ => created_until,
        };
        let until = match revocation.scope {
            // Already the latest end of this very session.
            Scope::Session(_) => revocation.until,
            _ if created_until <= now => revocation.until,
            _ => revocation
                .until
                .checked_add(ahead)
                .unwrap_or(Timestamp::MAX),
        };
        Self {
            scope: revocation.scope,
            reason: revocation.reason,
            created_until,
            until,
        }
    }

    /// The stored parts of the scope: kind, name, spared session.
    pub(crate) fn parts(&self) -> (u8, &Name, &[u8]) {
        match &self.scope {
            Scope::Session(session) => (1, session, &[]),
            Scope::User(user) => (2, user, &[]),
            Scope::OthersOfUser(user, spared) => (3, user, spared),
            Scope::ProviderSession(session) => (4, session, &[]),
        }
    }

    /// Reads stored parts; `None` if a later version wrote them.
    pub(crate) fn from_parts(
        (kind, name, spared): (u8, Name, &[u8]),
        reason: u8,
        created_until_ms: i64,
        until_ms: i64,
    ) -> Option<Self> {
        let scope = match (kind, spared.try_into()) {
            (1, _) => Scope::Session(name),
            (2, _) => Scope::User(name),
            (3, Ok(spared)) => Scope::OthersOfUser(name, spared),
            (4, _) => Scope::ProviderSession(name),
            _ => return None,
        };
        Some(Self {
            scope,
            reason,
            created_until: Timestamp::from_millisecond(created_until_ms).ok()?,
            until: Timestamp::from_millisecond(until_ms).ok()?,
        })
    }
}

impl Entry {
    /// The version of the layout that [`Entry::to_bytes`] writes.
    #[cfg(feature = "redis")]
    pub(crate) const VERSION: &str = "1";

    /// Layout: kind, reason, `created_until` and `until` in milliseconds, name, spared session.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let (kind, name, spared) = self.parts();
        let [created, until] =
            [self.created_until, self.until].map(|time| time.as_millisecond().to_be_bytes());
        [&[kind, self.reason][..], &created, &until, name, spared].concat()
    }

    /// Reads the layout of [`Self::to_bytes`]; `None` for anything else.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let ([kind, reason], rest) = bytes.split_first_chunk()?;
        let (created_until, rest) = rest.split_first_chunk()?;
        let (until, rest) = rest.split_first_chunk()?;
        let (name, spared) = rest.split_first_chunk()?;
        Self::from_parts(
            (*kind, *name, spared),
            *reason,
            i64::from_be_bytes(*created_until),
            i64::from_be_bytes(*until),
        )
    }
}
