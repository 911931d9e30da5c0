//! Sessions that this process has read from its store, so that most requests need no store at all.
//!
//! The store keeps the cache coherent: it takes out what changes, here or on another node. A read that is under way
//! while its session changes must not put the old state back, so each read leaves a mark and may only replace its own.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use moka::{ops::compute::Op, sync::Cache};

use crate::session::Handle;

/// Bytes of sessions kept in memory; the least used give way.
const CAPACITY: u64 = 16 * 1024 * 1024;
/// What an entry takes beside the session's text, roughly.
const OVERHEAD: usize = 200;

#[derive(Clone)]
enum Entry {
    /// Somebody reads it from the store.
    Reading(u64),
    /// As the store last gave it: the session as JSON.
    Read(Arc<str>),
}

/// Sessions by handle, as JSON.
pub(crate) struct SessionCache {
    entries: Cache<Handle, Entry>,
    reads: AtomicU64,
}

/// A read that is under way.
pub(crate) struct Reading(u64);

impl SessionCache {
    pub(crate) fn new() -> Self {
        let weight = |handle: &Handle, entry: &Entry| {
            let text = if let Entry::Read(json) = entry { json.len() } else { 0 };
            u32::try_from(handle.as_str().len() + text + OVERHEAD).unwrap_or(u32::MAX)
        };
        Self { entries: Cache::builder().max_capacity(CAPACITY).weigher(weight).build(), reads: AtomicU64::new(0) }
    }

    pub(crate) fn get(&self, handle: &Handle) -> Option<Arc<str>> {
        match self.entries.get(handle)? {
            Entry::Read(json) => Some(json),
            Entry::Reading(_) => None,
        }
    }

    /// For a store that orders its reads and writes itself.
    pub(crate) fn put(&self, handle: Handle, json: Arc<str>) {
        self.entries.insert(handle, Entry::Read(json));
    }

    /// To be called before the store is asked.
    pub(crate) fn begin(&self, handle: &Handle) -> Reading {
        let number = self.reads.fetch_add(1, Ordering::Relaxed);
        self.entries.insert(handle.clone(), Entry::Reading(number));
        Reading(number)
    }

    /// Keeps what was read, unless the session changed, or another read began, since [`Self::begin`].
    pub(crate) fn finish(&self, handle: &Handle, reading: &Reading, json: Option<&Arc<str>>) {
        self.entries.entry_by_ref(handle).and_compute_with(|entry| match (entry.map(moka::Entry::into_value), json) {
            (Some(Entry::Reading(number)), Some(json)) if number == reading.0 => Op::Put(Entry::Read(Arc::clone(json))),
            (Some(Entry::Reading(number)), None) if number == reading.0 => Op::Remove,
            _ => Op::Nop,
        });
    }

    pub(crate) fn forget(&self, handle: &Handle) {
        self.entries.invalidate(handle);
    }

    pub(crate) fn forget_all(&self) {
        self.entries.invalidate_all();
    }
}
