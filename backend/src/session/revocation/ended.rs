//! The revocation list in memory.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

use super::{Reason, Revocation, Subject, UserEnd};
use crate::session::{Handle, UserSession};

/// Entries that outlived the sessions they end are dropped at most this often.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// What was ended. The order in which entries arrive does not matter.
#[derive(Default)]
pub(super) struct Ended {
    sessions: HashMap<Handle, (Timestamp, Reason)>,
    logout_tokens: HashMap<String, Timestamp>,
    provider_sessions: HashMap<String, Timestamp>,
    users: HashMap<String, Vec<(UserEnd, Timestamp)>>,
    forgotten_at: Timestamp,
}

impl Ended {
    pub(super) fn add(
        &mut self,
        Revocation {
            reason,
            logout_token,
            subject,
            until,
        }: Revocation,
        now: Timestamp,
    ) {
        if now.duration_since(self.forgotten_at).unsigned_abs() >= FORGET_EVERY {
            self.forget(now);
        }
        self.logout_tokens
            .extend(logout_token.map(|token| (token, until)));
        match subject {
            Subject::Session(handle) => {
                self.sessions.insert(handle, (until, reason));
            }
            Subject::ProviderSession(sid) => {
                self.provider_sessions.insert(sid, until);
            }
            Subject::User(end) => {
                let ends = self.users.entry(end.user.clone()).or_default();
                // A later end that spares the same session, or none, says it all.
                let covers = |end: &UserEnd, other: &UserEnd| {
                    end.before >= other.before
                        && (end.except.is_none() || end.except == other.except)
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
        self.sessions.retain(|_, (until, _)| *until > now);
        self.logout_tokens.retain(|_, until| *until > now);
        self.provider_sessions.retain(|_, until| *until > now);
        self.users.retain(|_, ends| {
            ends.retain(|(_, until)| *until > now);
            !ends.is_empty()
        });
    }

    pub(super) fn find(&self, handle: &Handle, session: &UserSession) -> Option<Reason> {
        let by_provider = session
            .provider_session_id
            .as_ref()
            .is_some_and(|sid| self.provider_sessions.contains_key(sid));
        let by_user = self.users.get(&session.user.id).is_some_and(|ends| {
            ends.iter().any(|(end, _)| {
                session.created_at <= end.before && end.except.as_ref() != Some(handle)
            })
        });
        let by_handle = self.sessions.get(handle).map(|(_, reason)| *reason);
        by_handle.or_else(|| (by_provider || by_user).then_some(Reason::Ended))
    }

    pub(super) fn took(&self, logout_token: &str) -> bool {
        self.logout_tokens.contains_key(logout_token)
    }
}
