//! The revocation list in memory.
//!
//! In many small tables instead of one: none takes long to grow or to be swept.

use std::{
    collections::HashMap,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::Timestamp;
use parking_lot::RwLock;

use super::{
    Session,
    entry::{Entry, Name, Reason, Subject},
};
use crate::pseudonym::digest;

/// Tables; names are hashes, so their first byte spreads them evenly.
pub(super) const SHARDS: usize = 256;
/// Entries that outlived the sessions they end are dropped at most this often, in seconds.
const FORGET_EVERY: u32 = 60;

/// What was ended. The order in which entries arrive does not matter.
pub(super) struct List {
    shards: Vec<RwLock<Shard>>,
    /// Whether anything but single sessions was ever ended: else nobody has to compute a pseudonym.
    by_name: AtomicBool,
    /// Who is told of each entry; at first nobody.
    pub(super) listener: OnceLock<Box<Listener>>,
}

type Listener = dyn Fn(&Subject) + Send + Sync;

/// A reading of all that is kept elsewhere; each entry knows the last in which it was seen.
pub(super) type Round = u8;

#[derive(Default)]
struct Shard {
    sessions: HashMap<Name, One>,
    users: HashMap<Name, Many>,
    /// Of a user but for one, by user.
    others: HashMap<Name, Vec<(Name, Many)>>,
    provider_sessions: HashMap<Name, Many>,
    forgotten_at: Seconds,
}

/// Since 1970; half as long as milliseconds.
type Seconds = u32;

/// The end of one session.
#[derive(Clone, Copy)]
struct One {
    until: Seconds,
    reason: Reason,
    round: Round,
}

/// The end of sessions that began before a time.
#[derive(Clone, Copy)]
struct Many {
    before_ms: i64,
    until: Seconds,
    round: Round,
}

impl Many {
    /// Of two ends of the same sessions, the later says it all.
    fn merge(&mut self, other: Self) {
        self.before_ms = self.before_ms.max(other.before_ms);
        self.until = self.until.max(other.until);
        self.round = other.round;
    }

    fn ends(&self, session: &Session<'_>) -> bool {
        session.created_at.as_millisecond() <= self.before_ms
    }
}

impl List {
    pub(super) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            by_name: AtomicBool::new(false),
            listener: OnceLock::new(),
        }
    }

    pub(super) fn add(&self, entry: &Entry, round: Round, now: Timestamp) {
        let until = seconds(entry.until);
        let many = Many {
            before_ms: entry.before.as_millisecond(),
            until,
            round,
        };
        let (_, name, _, _) = entry.parts();
        let mut shard = self.shard(name).write();
        shard.forget(seconds(now));
        match entry.subject {
            Subject::Session(handle) => {
                let one = One {
                    until,
                    reason: entry.reason,
                    round,
                };
                shard.sessions.insert(handle, one);
            }
            Subject::User(user) => shard.users.entry(user).or_insert(many).merge(many),
            Subject::ProviderSession(session) => {
                let ends = shard.provider_sessions.entry(session);
                ends.or_insert(many).merge(many);
            }
            Subject::OthersOfUser(user, but) => {
                let ends = shard.others.entry(user).or_default();
                match ends.iter_mut().find(|(spared, _)| *spared == but) {
                    Some((_, end)) => end.merge(many),
                    None => ends.push((but, many)),
                }
            }
        }
        drop(shard);
        if !matches!(entry.subject, Subject::Session(_)) {
            self.by_name.store(true, Ordering::Release);
        }
        if let Some(tell) = self.listener.get() {
            tell(&entry.subject);
        }
    }

    pub(super) fn find(&self, session: &Session<'_>) -> Option<Reason> {
        let handle = &session.handle;
        let found = self.find_by_handle(handle);
        if found.is_some() || !self.by_name.load(Ordering::Acquire) {
            return found;
        }
        let user = digest(session.user);
        let is_meant = |(but, end): (_, &Many)| but != Some(handle) && end.ends(session);
        let shard = self.shard(&user).read();
        let of_user = shard.ends_of_user(&user).any(is_meant);
        drop(shard);
        let by_provider = || self.end_by_provider(session.provider_session);
        (of_user || by_provider().is_some_and(|end| end.ends(session))).then_some(Reason::Ended)
    }

    /// Why the session with this handle was ended by itself.
    pub(super) fn find_by_handle(&self, handle: &Name) -> Option<Reason> {
        let shard = self.shard(handle).read();
        shard.sessions.get(handle).map(|end| end.reason)
    }

    /// The newest end that means this user, or this session at the provider.
    pub(super) fn newest_end(&self, user: &str, provider_session: Option<&str>) -> Option<i64> {
        let user = digest(user);
        let shard = self.shard(&user).read();
        let of_user = shard.ends_of_user(&user).map(|(_, end)| end.before_ms);
        let of_user = of_user.max();
        drop(shard);
        let by_provider = self.end_by_provider(provider_session);
        of_user.max(by_provider.map(|end| end.before_ms))
    }

    fn end_by_provider(&self, session: Option<&str>) -> Option<Many> {
        let name = session.map(digest)?;
        let ends = &self.shard(&name).read().provider_sessions;
        ends.get(&name).copied()
    }

    /// What was not seen in this round and still ends sessions, a shard at a time.
    pub(super) fn not_seen_in(&self, round: Round, shard: usize, now: Timestamp) -> Vec<Entry> {
        self.shards.get(shard).map_or_else(Vec::new, |shard| {
            shard.read().not_seen_in(round, seconds(now))
        })
    }

    fn shard(&self, name: &Name) -> &RwLock<Shard> {
        &self.shards[usize::from(name[0]) % SHARDS]
    }
}

impl Shard {
    /// What ends sessions of this user, with the one that it spares.
    fn ends_of_user(&self, user: &Name) -> impl Iterator<Item = (Option<&Name>, &Many)> {
        let all = self.users.get(user);
        let others = self.others.get(user).into_iter().flatten();
        let others = others.map(|(but, end)| (Some(but), end));
        all.map(|end| (None, end)).into_iter().chain(others)
    }

    fn forget(&mut self, now: Seconds) {
        if now.abs_diff(self.forgotten_at) < FORGET_EVERY {
            return;
        }
        self.forgotten_at = now;
        self.sessions.retain(|_, end| end.until > now);
        self.users.retain(|_, end| end.until > now);
        self.provider_sessions.retain(|_, end| end.until > now);
        self.others.retain(|_, ends| {
            ends.retain(|(_, end)| end.until > now);
            !ends.is_empty()
        });
    }

    fn not_seen_in(&self, round: Round, now: Seconds) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut keep = |subject, reason, end: Many| {
            let before = Timestamp::from_millisecond(end.before_ms).ok();
            let until = Timestamp::from_second(end.until.into()).ok();
            if let (true, Some(before), Some(until)) =
                (end.round != round && end.until > now, before, until)
            {
                entries.push(Entry {
                    subject,
                    reason,
                    before,
                    until,
                });
            }
        };
        for (handle, one) in &self.sessions {
            let end = Many {
                before_ms: 0,
                until: one.until,
                round: one.round,
            };
            keep(Subject::Session(*handle), one.reason, end);
        }
        for (user, end) in &self.users {
            keep(Subject::User(*user), Reason::Ended, *end);
        }
        for (session, end) in &self.provider_sessions {
            keep(Subject::ProviderSession(*session), Reason::Ended, *end);
        }
        for (user, ends) in &self.others {
            for (but, end) in ends {
                keep(Subject::OthersOfUser(*user, *but), Reason::Ended, *end);
            }
        }
        entries
    }
}

/// Rounded up: nothing is forgotten too early.
fn seconds(time: Timestamp) -> Seconds {
    let seconds = time.as_millisecond().div_euclid(1_000) + 1;
    Seconds::try_from(seconds).unwrap_or(if seconds < 0 { 0 } else { Seconds::MAX })
}
