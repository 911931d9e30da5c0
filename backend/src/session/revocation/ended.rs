//! The revocation list in memory.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

use super::{Revocation, Subject, UserEnd};
use crate::session::{Handle, UserSession};

/// Entries that outlived the sessions they end are dropped at most this often.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// What was ended. The order in which entries arrive does not matter.
#[derive(Default)]
pub(super) struct Ended {
    sessions: HashMap<Handle, Timestamp>,
    provider_sessions: HashMap<String, Timestamp>,
    users: HashMap<String, Vec<(UserEnd, Timestamp)>>,
    forgotten_at: Timestamp,
}

impl Ended {
    pub(super) fn add(&mut self, Revocation { subject, until }: Revocation, now: Timestamp) {
        if now.duration_since(self.forgotten_at).unsigned_abs() >= FORGET_EVERY {
            self.forget(now);
        }
        match subject {
            Subject::Session(handle) => {
                self.sessions.insert(handle, until);
            }
            Subject::ProviderSession(sid) => {
                self.provider_sessions.insert(sid, until);
            }
            Subject::User(end) => {
                let ends = self.users.entry(end.user.clone()).or_default();
                // A later end that spares the same session, or none, says it all.
                let covers = |end: &UserEnd, other: &UserEnd| {
                    end.before >= other.before && (end.except.is_none() || end.except == other.except)
                };
                if !ends.iter().any(|(earlier, _)| covers(earlier, &end)) {
                    ends.retain(|(earlier, _)| !covers(&end, earlier));
                    ends.push((end, until));
                }
            }
        }
    }

    fn forget(&mut self, now: Timestamp) {
        self.forgotten_at = now;
        self.sessions.retain(|_, until| *until > now);
        self.provider_sessions.retain(|_, until| *until > now);
        self.users.retain(|_, ends| {
            ends.retain(|(_, until)| *until > now);
            !ends.is_empty()
        });
    }

    pub(super) fn contain(&self, handle: &Handle, session: &UserSession) -> bool {
        let ends = self.users.get(&session.user.id);
        let sid = session.provider_session_id.as_ref();
        self.sessions.contains_key(handle)
            || sid.is_some_and(|sid| self.provider_sessions.contains_key(sid))
            || ends.is_some_and(|ends| {
                ends.iter().any(|(end, _)| session.created_at <= end.before && end.except.as_ref() != Some(handle))
            })
    }
}
