//! One of the tables of the list in memory.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{
    entry::{Entry, Name, Scope},
    session::Session,
};

/// Least number of seconds between two sweeps of a table.
const SWEEP_INTERVAL: u32 = 60;

/// The number of a pass that reads the whole stored list. Each entry has that of the last pass that
/// read it.
pub(crate) type ReadPass = u8;

#[derive(Default)]
pub(crate) struct Shard {
    pub(crate) sessions: HashMap<Name, SessionRevocation>,
    users: HashMap<Name, GroupRevocation>,
    /// By user: the spared session and the revocation of all others.
    others: HashMap<Name, Vec<(Name, GroupRevocation)>>,
    pub(crate) provider_sessions: HashMap<Name, GroupRevocation>,
    swept_at: Seconds,
}

/// Seconds since 1970: half the memory of milliseconds.
pub(crate) type Seconds = u32;

#[derive(Clone, Copy)]
pub(crate) struct SessionRevocation {
    until: Seconds,
    pub(crate) reason: u8,
    #[cfg_attr(
        not(feature = "redis"),
        expect(dead_code, reason = "only the shared list is read more than once")
    )]
    read_pass: ReadPass,
}

/// The revocation of sessions with the number `created_until_ms` or a lower one.
#[derive(Clone, Copy)]
pub(crate) struct GroupRevocation {
    pub(crate) created_until_ms: i64,
    until: Seconds,
    pub(crate) reason: u8,
    read_pass: ReadPass,
}

impl GroupRevocation {
    /// Merges two revocations of a group: the later one covers both.
    fn merge(&mut self, other: Self) {
        if other.created_until_ms > self.created_until_ms {
            (self.created_until_ms, self.reason) = (other.created_until_ms, other.reason);
        }
        self.until = self.until.max(other.until);
        self.read_pass = other.read_pass;
    }

    pub(crate) fn covers(&self, session: &Session<'_>) -> bool {
        session.created_at.as_millisecond() <= self.created_until_ms
    }
}

impl Shard {
    pub(crate) fn add(&mut self, entry: &Entry, read_pass: ReadPass) {
        let until = seconds(entry.until);
        let reason = entry.reason;
        let group = GroupRevocation {
            created_until_ms: entry.created_until.as_millisecond(),
            until,
            reason,
            read_pass,
        };
        match entry.scope {
            Scope::Session(name) => {
                let known = self.sessions.get(&name).map_or(0, |known| known.until);
                let until = until.max(known);
                let session = SessionRevocation {
                    until,
                    reason,
                    read_pass,
                };
                self.sessions.insert(name, session);
            }
            Scope::User(user) => self.users.entry(user).or_insert(group).merge(group),
            Scope::ProviderSession(session) => {
                let known = self.provider_sessions.entry(session);
                known.or_insert(group).merge(group);
            }
            Scope::OthersOfUser(user, spared) => {
                let others = self.others.entry(user).or_default();
                match others.iter_mut().find(|(known, _)| *known == spared) {
                    Some((_, known)) => known.merge(group),
                    None => others.push((spared, group)),
                }
            }
        }
    }

    /// Returns the revocations of this user's sessions, with the session that each spares.
    pub(crate) fn revocations_of_user(
        &self,
        user: &Name,
    ) -> impl Iterator<Item = (Option<&Name>, &GroupRevocation)> {
        let all = self.users.get(user).map(|group| (None, group));
        let others = self.others.get(user).into_iter().flatten();
        let others = others.map(|(spared, group)| (Some(spared), group));
        all.into_iter().chain(others)
    }

    pub(crate) fn sweep(&mut self, now: Seconds) {
        if now.abs_diff(self.swept_at) < SWEEP_INTERVAL {
            return;
        }
        self.swept_at = now;
        self.sessions.retain(|_, session| session.until > now);
        self.users.retain(|_, group| group.until > now);
        self.provider_sessions.retain(|_, group| group.until > now);
        self.others.retain(|_, others| {
            others.retain(|(_, group)| group.until > now);
            !others.is_empty()
        });
    }

    #[cfg(feature = "redis")]
    pub(crate) fn not_seen_in(&self, read_pass: ReadPass, now: Seconds) -> Vec<Entry> {
        let is_needed = |seen: ReadPass, until: Seconds| seen != read_pass && until > now;
        let sessions = self.sessions.iter().filter_map(|(name, session)| {
            let is_needed = is_needed(session.read_pass, session.until);
            let scope = Scope::Session(*name);
            is_needed.then(|| entry(scope, 0, session.until, session.reason))
        });
        let users = self
            .users
            .iter()
            .map(|(user, group)| (Scope::User(*user), group));
        let others = self.others.iter().flat_map(|(user, others)| {
            let scope = |spared: &Name| Scope::OthersOfUser(*user, *spared);
            others
                .iter()
                .map(move |(spared, group)| (scope(spared), group))
        });
        let provider = self.provider_sessions.iter();
        let provider = provider.map(|(name, group)| (Scope::ProviderSession(*name), group));
        let groups = users
            .chain(others)
            .chain(provider)
            .filter_map(|(scope, group)| {
                let is_needed = is_needed(group.read_pass, group.until);
                is_needed.then(|| entry(scope, group.created_until_ms, group.until, group.reason))
            });
        sessions.chain(groups).flatten().collect()
    }
}

#[cfg(feature = "redis")]
fn entry(scope: Scope, created_until_ms: i64, until: Seconds, reason: u8) -> Option<Entry> {
    Some(Entry {
        scope,
        reason,
        created_until: Timestamp::from_millisecond(created_until_ms).ok()?,
        until: Timestamp::from_second(until.into()).ok()?,
    })
}

/// Rounds up, so that no entry is dropped too early.
pub(crate) fn seconds(time: Timestamp) -> Seconds {
    let seconds = time.as_millisecond().div_euclid(1_000) + 1;
    Seconds::try_from(seconds).unwrap_or(if seconds < 0 { 0 } else { Seconds::MAX })
}
