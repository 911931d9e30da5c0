//! The number of requests that are under way: all together, and those of one session.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sessions::Handle;

/// The share of all requests that one session may have: a sixteenth.
const SESSION_SHARE: usize = 16;

/// Requests that are under way, on all workers.
#[derive(Debug)]
pub(super) struct ConcurrencyLimit {
    limit: usize,
    taken: Mutex<HashMap<Handle, usize>>,
}

/// A request that is under way, until it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    limit: Arc<ConcurrencyLimit>,
    session: Handle,
}

impl ConcurrencyLimit {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        let taken = Mutex::default();
        Arc::new(Self { limit, taken })
    }

    /// Returns a permit for a request; `None` if too many are under way.
    pub(super) fn take(self: &Arc<Self>, session: Handle) -> Option<Permit> {
        let mut taken = self.lock();
        let all: usize = taken.values().sum();
        let own = taken.get(&session).copied().unwrap_or_default();
        if all >= self.limit || own >= self.limit.div_ceil(SESSION_SHARE) {
            return None;
        }
        taken.insert(session, own + 1);
        let limit = Arc::clone(self);
        Some(Permit { limit, session })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Handle, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut taken = self.limit.lock();
        if let Some(own) = taken.get_mut(&self.session) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.session);
            }
        }
    }
}
