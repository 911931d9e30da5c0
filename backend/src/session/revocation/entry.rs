//! An entry of the revocation list: what it ends, why, and how long that must be remembered.
//!
//! Written as bytes of a fixed layout, with a version beside them: a list of millions is read at
//! each start.

use jiff::Timestamp;

use crate::pseudonym::digest;

/// The version of the layout that [`Entry::to_bytes`] writes.
pub(super) const VERSION: &str = "1";

/// 128 bits that stand for a session (its handle), or for a user, a provider's session or a logout
/// token (a pseudonym): whoever reads the list reads no id of the provider.
pub type Name = [u8; 16];

/// What a revocation ends: sessions that began before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Subject {
    /// One session, by its handle.
    Session(Name),
    /// All sessions of a user.
    User(Name),
    /// All sessions of a user but the one that asked.
    OthersOfUser(Name, Name),
    /// The sessions that came from one session at the provider (`sid`).
    ProviderSession(Name),
}

impl Subject {
    /// The session with this handle.
    pub fn session(handle: impl Into<Name>) -> Self {
        Self::Session(handle.into())
    }

    /// The sessions of the user with this id at the provider.
    pub fn user(id: &str) -> Self {
        Self::User(digest(id))
    }

    /// The same, but for one of them.
    pub fn others_of_user(id: &str, but: impl Into<Name>) -> Self {
        Self::OthersOfUser(digest(id), but.into())
    }

    /// The sessions that came from this session at the provider (`sid`).
    pub fn provider_session(id: &str) -> Self {
        Self::ProviderSession(digest(id))
    }
}

/// Why a session ended before its time.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Reason {
    /// Somebody ended it.
    #[default]
    Ended,
    /// Its user signed in on more devices than `SESSION_MAX_PER_USER`; it was the least recently
    /// used.
    Replaced,
    /// The same browser signed in anew.
    Renewed,
}

/// What is to be ended.
#[derive(Clone, Copy, Debug)]
pub struct Revocation {
    /// What it ends.
    pub subject: Subject,
    /// Why.
    pub reason: Reason,
    /// When all that it ends would have ended by itself.
    pub until: Timestamp,
    /// The logout token that asks for it (a pseudonym of its `jti`); one is taken once, on all
    /// nodes together.
    pub logout_token: Option<Name>,
}

impl Revocation {
    /// The end of `subject`, to be remembered `until` then.
    pub fn of(subject: Subject, until: Timestamp) -> Self {
        Self {
            subject,
            reason: Reason::Ended,
            until,
            logout_token: None,
        }
    }

    /// The same, asked for by the logout token with this `jti`.
    #[must_use]
    pub fn asked_by(self, logout_token: &str) -> Self {
        Self {
            logout_token: Some(digest(logout_token)),
            ..self
        }
    }
}

/// What was ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Entry {
    pub(super) subject: Subject,
    pub(super) reason: Reason,
    /// Sessions that began later are not meant.
    pub(super) before: Timestamp,
    pub(super) until: Timestamp,
}

impl Entry {
    /// The parts of which an entry is written: kind, name, exception, reason.
    pub(super) fn parts(&self) -> (u8, &Name, &[u8], u8) {
        let (kind, name, but): (u8, _, &[u8]) = match &self.subject {
            Subject::Session(handle) => (1, handle, &[]),
            Subject::User(user) => (2, user, &[]),
            Subject::OthersOfUser(user, but) => (3, user, but),
            Subject::ProviderSession(session) => (4, session, &[]),
        };
        let reason = match self.reason {
            Reason::Ended => 0,
            Reason::Replaced => 1,
            Reason::Renewed => 2,
        };
        (kind, name, but, reason)
    }

    /// Puts the parts together again; `None` when they come from a later version.
    pub(super) fn from_parts(
        (kind, name, but, reason): (u8, Name, &[u8], u8),
        before_ms: i64,
        until_ms: i64,
    ) -> Option<Self> {
        let subject = match (kind, but.try_into()) {
            (1, _) => Subject::Session(name),
            (2, _) => Subject::User(name),
            (3, Ok(but)) => Subject::OthersOfUser(name, but),
            (4, _) => Subject::ProviderSession(name),
            _ => return None,
        };
        let reason = match reason {
            0 => Reason::Ended,
            1 => Reason::Replaced,
            2 => Reason::Renewed,
            _ => return None,
        };
        Some(Self {
            subject,
            reason,
            before: Timestamp::from_millisecond(before_ms).ok()?,
            until: Timestamp::from_millisecond(until_ms).ok()?,
        })
    }

    /// Kind, reason, `before` and `until` in milliseconds, name, exception.
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let (kind, name, but, reason) = self.parts();
        let [before, until] =
            [self.before, self.until].map(|time| time.as_millisecond().to_be_bytes());
        [&[kind, reason][..], &before, &until, name, but].concat()
    }

    /// Reads what [`Self::to_bytes`] wrote; `None` for anything else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let ([kind, reason], rest) = bytes.split_first_chunk()?;
        let (before, rest) = rest.split_first_chunk()?;
        let (until, rest) = rest.split_first_chunk()?;
        let (name, but) = rest.split_first_chunk()?;
        let parts = (*kind, *name, but, *reason);
        Self::from_parts(
            parts,
            i64::from_be_bytes(*before),
            i64::from_be_bytes(*until),
        )
    }
}
