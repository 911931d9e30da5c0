//! The cache of sessions, so that most requests need no store.
//!
//! The store keeps the cache coherent: it removes a session that changes, here or on another node.
//! A running read must not cache the old version of a session that changes meanwhile. So each read
//! sets a mark, which a change removes. Checking the mark and caching is one atomic step. (moka's
//! `and_compute_with` is not atomic with its `invalidate`.)

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

/// Bytes of sessions in memory.
const CAPACITY: u64 = 16 * 1024 * 1024;

/// A session, and the epoch in which it was read.
#[derive(Clone)]
struct Entry {
    session: Arc<UserSession>,
    epoch: u64,
}

/// Sessions by handle.
pub(crate) struct SessionCache {
    entries: Cache<Handle, Entry>,
    /// Entries of an earlier epoch are outdated.
    epoch: AtomicU64,
    reads: Mutex<Reads>,
}

/// Running reads: the newest of each session.
#[derive(Default)]
struct Reads {
    marks: HashMap<Handle, u64>,
    last: u64,
}

/// A running read. Its mark is removed when it is dropped.
pub(crate) struct Reading<'a> {
    cache: &'a SessionCache,
    handle: Handle,
    number: u64,
}

impl Reading<'_> {
    /// Caches the session, unless it changed, or another read began, since [`SessionCache::begin`].
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

    /// Begins a read; call it before reading the store.
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
