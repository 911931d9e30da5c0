//! Sessions that this process has read from its store, so that most requests need no store at all.
//!
//! The store keeps the cache coherent: it takes out what changes, here or on another node. A read
//! that is under way while its session changes must not put the old state back, so each read leaves
//! a mark, which a change takes away; and looking at the mark and keeping what was read is one
//! step. (moka's own `and_compute_with` is not one with its `invalidate`.)

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use moka::sync::Cache;
use parking_lot::Mutex;

use crate::{Handle, UserSession};

/// Bytes of sessions kept in memory; the least used give way.
const CAPACITY: u64 = 16 * 1024 * 1024;

/// As the store last gave it: the session, and the epoch in which it did.
#[derive(Clone)]
struct Entry {
    session: Arc<UserSession>,
    epoch: u64,
}

/// Sessions by handle.
pub(crate) struct SessionCache {
    entries: Cache<Handle, Entry>,
    /// Entries of an earlier epoch are not used any more.
    epoch: AtomicU64,
    reads: Mutex<Reads>,
}

/// The reads that are under way: the newest of each session.
#[derive(Default)]
struct Reads {
    marks: HashMap<Handle, u64>,
    last: u64,
}

/// A read that is under way; its mark goes with it.
pub(crate) struct Reading<'a> {
    cache: &'a SessionCache,
    handle: Handle,
    number: u64,
}

impl Reading<'_> {
    /// Keeps what was read, unless the session changed, or another read began, since
    /// [`SessionCache::begin`].
    pub(crate) fn finish(&self, session: &Arc<UserSession>) {
        let reads = self.cache.reads.lock();
        if reads.marks.get(&self.handle) == Some(&self.number) {
            self.cache.put(self.handle, Arc::clone(session));
        }
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let mut reads = self.cache.reads.lock();
        if reads.marks.get(&self.handle) == Some(&self.number) {
            reads.marks.remove(&self.handle);
        }
    }
}

impl SessionCache {
    pub(crate) fn new() -> Self {
        let weight = |_: &Handle, entry: &Entry| entry.session.weight();
        Self {
            entries: Cache::builder()
                .max_capacity(CAPACITY)
                .weigher(weight)
                .build(),
            epoch: AtomicU64::new(0),
            reads: Mutex::default(),
        }
    }

    pub(crate) fn get(&self, handle: Handle) -> Option<Arc<UserSession>> {
        let entry = self.entries.get(&handle)?;
        (entry.epoch == self.epoch.load(Ordering::Acquire)).then_some(entry.session)
    }

    /// For a store that orders its reads and writes itself.
    pub(crate) fn put(&self, handle: Handle, session: Arc<UserSession>) {
        let epoch = self.epoch.load(Ordering::Acquire);
        self.entries.insert(handle, Entry { session, epoch });
    }

    /// To be called before the store is asked.
    pub(crate) fn begin(&self, handle: Handle) -> Reading<'_> {
        let mut reads = self.reads.lock();
        reads.last += 1;
        let number = reads.last;
        reads.marks.insert(handle, number);
        Reading {
            cache: self,
            handle,
            number,
        }
    }

    pub(crate) fn forget(&self, handle: Handle) {
        let mut reads = self.reads.lock();
        reads.marks.remove(&handle);
        self.entries.invalidate(&handle);
    }

    pub(crate) fn forget_all(&self) {
        let mut reads = self.reads.lock();
        reads.marks.clear();
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }
}
