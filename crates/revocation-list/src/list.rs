//! The list in memory, for a lookup at every request.
//!
//! 256 small tables instead of one, so that none takes long to grow or to sweep.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

use jiff::Timestamp;
use parking_lot::RwLock;
use storage::digest;

use crate::{
    entry::{Entry, GRACE, Name, Scope},
    session::Session,
    shard::{GroupRevocation, ReadPass, Shard, seconds},
};

/// Number of tables. Names are hashes, so their first byte spreads them evenly.
pub(crate) const SHARDS: usize = 256;

/// The revoked sessions. The order in which entries arrive does not matter.
pub(crate) struct List {
    shards: Vec<RwLock<Shard>>,
    /// Set once a user or provider session is revoked; until then lookups skip hashing.
    has_groups: AtomicBool,
    pub(crate) on_entry: OnceLock<Box<OnEntry>>,
}

type OnEntry = dyn Fn(&Scope) + Send + Sync;

impl List {
    pub(crate) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            has_groups: AtomicBool::new(false),
            on_entry: OnceLock::new(),
        }
    }

    pub(crate) fn add(&self, entry: &Entry, read_pass: ReadPass, now: Timestamp) {
        let (_, name, _) = entry.parts();
        let mut shard = self.shard(name).write();
        shard.sweep(seconds(now - GRACE));
        shard.add(entry, read_pass);
        drop(shard);
        if !matches!(entry.scope, Scope::Session(_)) {
            self.has_groups.store(true, Ordering::Release);
        }
        if let Some(callback) = self.on_entry.get() {
            callback(&entry.scope);
        }
    }

    /// Returns the reason of a revocation by name, else of the earliest one of a group.
    pub(crate) fn find(&self, session: &Session<'_>) -> Option<u8> {
        let found = self.find_by_name(&session.name);
        if found.is_some() || !self.has_groups.load(Ordering::Acquire) {
            return found;
        }
        let user = digest(session.user);
        let shard = self.shard(&user).read();
        let of_user = shard.revocations_of_user(&user);
        let of_user = of_user
            .filter(|(spared, group)| *spared != Some(&session.name) && group.covers(session))
            .map(|(_, group)| *group)
            .min_by_key(|group| group.created_until_ms);
        drop(shard);
        let by_provider = self.find_by_provider(session.provider_session);
        let by_provider = by_provider.filter(|group| group.covers(session));
        let groups = of_user.into_iter().chain(by_provider);
        let earliest = groups.min_by_key(|group| group.created_until_ms);
        earliest.map(|group| group.reason)
    }

    pub(crate) fn find_by_name(&self, name: &Name) -> Option<u8> {
        let shard = self.shard(name).read();
        shard.sessions.get(name).map(|session| session.reason)
    }

    fn find_by_provider(&self, session: Option<&str>) -> Option<GroupRevocation> {
        let name = session.map(digest)?;
        let sessions = &self.shard(&name).read().provider_sessions;
        sessions.get(&name).copied()
    }

    /// Returns the unexpired entries of a table that this pass did not read.
    #[cfg(feature = "redis")]
    pub(crate) fn not_seen_in(
        &self,
        read_pass: ReadPass,
        shard: usize,
        now: Timestamp,
    ) -> Vec<Entry> {
        let shard = self.shards[shard].read();
        shard.not_seen_in(read_pass, seconds(now))
    }

    fn shard(&self, name: &Name) -> &RwLock<Shard> {
        &self.shards[usize::from(name[0]) % SHARDS]
    }
}
