//! The number of requests that are under way: all together, and those of one user.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The share of all requests that one user may have, in all sessions: a sixteenth.
const USER_SHARE: usize = 16;

/// Requests that are under way, on all workers.
#[derive(Debug)]
pub(super) struct ConcurrencyLimit {
    limit: usize,
    /// By user ID.
    taken: Mutex<HashMap<String, usize>>,
}

/// A request that is under way, until it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    limit: Arc<ConcurrencyLimit>,
    user: String,
}

impl ConcurrencyLimit {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        let taken = Mutex::default();
        Arc::new(Self { limit, taken })
    }

    /// Returns a permit for a request; `None` if too many are under way.
    pub(super) fn take(self: &Arc<Self>, user: &str) -> Option<Permit> {
        let mut taken = self.lock();
        let all: usize = taken.values().sum();
        let own = taken.get(user).copied().unwrap_or_default();
        if all >= self.limit || own >= self.limit.div_ceil(USER_SHARE) {
            return None;
        }
        let user = user.to_owned();
        taken.insert(user.clone(), own + 1);
        let limit = Arc::clone(self);
        Some(Permit { limit, user })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut taken = self.limit.lock();
        if let Some(own) = taken.get_mut(&self.user) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.user);
            }
        }
    }
}
