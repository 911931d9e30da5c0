//! An entry of the revocation list: what it ends, why, and how long that must be remembered.

use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use serde::{Deserialize, Serialize};

use crate::session::Handle;

/// What a revocation ends.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// One session.
    Session(Handle),
    /// The sessions of a user that began before a time, perhaps except one.
    User(UserEnd),
    /// The sessions that came from one session at the provider (`sid`).
    ProviderSession(String),
}

/// The end of a user's sessions.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UserEnd {
    /// The user's id at the provider.
    pub user: String,
    /// Sessions that began later are not meant.
    #[serde(with = "millisecond::required")]
    pub before: Timestamp,
    /// The session that asked, when it is to stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub except: Option<Handle>,
}

/// Why a session ended before its time.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Somebody ended it.
    #[default]
    Ended,
    /// Its user signed in on more devices than `SESSION_MAX_PER_USER`; it was the least recently used.
    Replaced,
}

/// An entry of the list.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Revocation {
    /// Why.
    #[serde(default)]
    pub reason: Reason,
    /// The logout token that asked for it (`jti`, as a pseudonym); the same token is not taken twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logout_token: Option<String>,
    /// What it ends.
    pub subject: Subject,
    /// When all that it ends would have ended by itself.
    #[serde(with = "millisecond::required")]
    pub until: Timestamp,
}

impl Revocation {
    /// The end of `subject`, remembered `until` then.
    #[must_use]
    pub fn of(subject: Subject, until: Timestamp) -> Self {
        Self {
            reason: Reason::Ended,
            logout_token: None,
            subject,
            until,
        }
    }
}
