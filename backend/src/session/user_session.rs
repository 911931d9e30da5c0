//! The session: who is signed in, since when, and with which tokens. The one value that a store keeps.

use std::time::Duration;

use actix_session::{Session, SessionGetError, SessionInsertError};
use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use serde::{Deserialize, Serialize};

use crate::{oidc::Tokens, user::User};

/// The only key in an actix-session state; nobody else names it.
const KEY: &str = "user";

/// A signed-in user's session.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct UserSession {
    /// Counts the versions of this session: a store replaces version n only by n + 1 (no lost update).
    pub generation: u64,
    /// Who is signed in.
    pub user: User,
    /// The provider's session (`sid` of the ID token), which a logout token may name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_session_id: Option<String>,
    /// What the browser said it is when the session began, cut short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// When the user last proved who they are, if the provider says so (`auth_time` of the ID token).
    #[serde(
        default,
        with = "millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub authenticated_at: Option<Timestamp>,
    /// When this session began; the absolute timeout counts from here.
    #[serde(with = "millisecond::required")]
    pub created_at: Timestamp,
    /// When this session was last used, to the minute (less with a short idle timeout, which counts from here).
    #[serde(with = "millisecond::required")]
    pub last_seen_at: Timestamp,
    /// What the provider issued.
    pub tokens: Tokens,
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
    #[must_use]
    pub fn latest_end(&self, now: Timestamp) -> Timestamp {
        after(now, self.absolute)
    }
}

impl UserSession {
    /// When this session ends if it is not used again (ASVS 7.3.1); never after [`Self::expires_at`].
    #[must_use]
    pub fn idle_expires_at(&self, timeouts: &Timeouts) -> Timestamp {
        after(self.last_seen_at, timeouts.idle).min(self.expires_at(timeouts))
    }

    /// When this session ends, used or not (ASVS 7.3.2).
    #[must_use]
    pub fn expires_at(&self, timeouts: &Timeouts) -> Timestamp {
        after(self.created_at, timeouts.absolute)
    }

    /// Whether neither timeout has passed. Decided from values inside the session, whatever the browser sends.
    #[must_use]
    pub fn is_current(&self, now: Timestamp, timeouts: &Timeouts) -> bool {
        now < self.idle_expires_at(timeouts)
    }

    /// The next version of this session, to be changed and written.
    #[must_use]
    pub fn next_generation(&self) -> Self {
        Self {
            generation: self.generation + 1,
            ..self.clone()
        }
    }

    /// The session of this request, as its store gave it; `None` when there is none.
    ///
    /// # Errors
    /// When what was stored is not a session: an old or foreign format.
    pub fn read_from(session: &Session) -> Result<Option<Self>, SessionGetError> {
        session.get(KEY)
    }

    /// Makes this the session of this request; actix-session hands it to the store after the handler.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn write_to(&self, session: &Session) -> Result<(), SessionInsertError> {
        session.insert(KEY, self)
    }
}

/// `time + duration`, or the end of time.
pub(crate) fn after(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// The state that actix-session keeps: one entry, the session as JSON.
pub(crate) type State = std::collections::HashMap<String, String>;

/// The JSON of the session in `state`.
pub(crate) fn json_of(state: &State) -> Option<&String> {
    state.get(KEY)
}

/// The state that holds `json`.
pub(crate) fn state_of(json: &str) -> State {
    State::from([(KEY.to_owned(), json.to_owned())])
}
