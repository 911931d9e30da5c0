//! Sessions that this process has read from its store, so that most requests need no store at all.
//!
//! The store keeps the cache coherent: it takes out what changes, here or on another node. A read that is under way
//! while its session changes must not put the old state back, so each read leaves a mark, which a change takes away; and
//! looking at the mark and keeping what was read is one step. (moka's own `and_compute_with` is not one with its
//! `invalidate`.)

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use moka::sync::Cache;
use parking_lot::{Mutex, MutexGuard};

use crate::session::Handle;

/// Bytes of sessions kept in memory; the least used give way.
const CAPACITY: u64 = 16 * 1024 * 1024;
/// What an entry takes beside the session's text, roughly.
const OVERHEAD: usize = 200;

/// As the store last gave it: the session as JSON, and the epoch in which it did.
#[derive(Clone)]
struct Entry {
    json: Arc<str>,
    epoch: u64,
}

/// Sessions by handle, as JSON.
pub(crate) struct SessionCache {
    entries: Cache<Handle, Entry>,
    /// Entries of an earlier epoch are not used any more.
    epoch: AtomicU64,
    reading: Mutex<Reads>,
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
    handle: &'a Handle,
    number: u64,
}

impl Reading<'_> {
    /// Keeps what was read, unless the session changed, or another read began, since [`SessionCache::begin`].
    pub(crate) fn finish(&self, json: &Arc<str>) {
        let reads = self.cache.reads();
        if reads.marks.get(self.handle) == Some(&self.number) {
            self.cache.put(self.handle.clone(), Arc::clone(json));
        }
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let mut reads = self.cache.reads();
        if reads.marks.get(self.handle) == Some(&self.number) {
            reads.marks.remove(self.handle);
        }
    }
}

impl SessionCache {
    pub(crate) fn new() -> Self {
        let weight = |_: &Handle, entry: &Entry| {
            u32::try_from(entry.json.len() + OVERHEAD).unwrap_or(u32::MAX)
        };
        let entries = Cache::builder()
            .max_capacity(CAPACITY)
            .weigher(weight)
            .build();
        Self {
            entries,
            epoch: AtomicU64::new(0),
            reading: Mutex::default(),
        }
    }

    pub(crate) fn get(&self, handle: &Handle) -> Option<Arc<str>> {
        let entry = self.entries.get(handle)?;
        (entry.epoch == self.epoch.load(Ordering::Acquire)).then_some(entry.json)
    }

    /// For a store that orders its reads and writes itself.
    pub(crate) fn put(&self, handle: Handle, json: Arc<str>) {
        self.entries.insert(
            handle,
            Entry {
                json,
                epoch: self.epoch.load(Ordering::Acquire),
            },
        );
    }

    /// To be called before the store is asked.
    pub(crate) fn begin<'a>(&'a self, handle: &'a Handle) -> Reading<'a> {
        let mut reads = self.reads();
        reads.last += 1;
        let number = reads.last;
        reads.marks.insert(handle.clone(), number);
        Reading {
            cache: self,
            handle,
            number,
        }
    }

    pub(crate) fn forget(&self, handle: &Handle) {
        let mut reads = self.reads();
        reads.marks.remove(handle);
        self.entries.invalidate(handle);
    }

    pub(crate) fn forget_all(&self) {
        let mut reads = self.reads();
        reads.marks.clear();
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    fn reads(&self) -> MutexGuard<'_, Reads> {
        self.reading.lock()
    }
}
