//! Single flight: concurrent calls with the same key share one task and its outcome.
//!
//! The task runs to its end even if all callers are cancelled. Its outcome is kept for a while, for
//! late calls.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use moka::sync::Cache;
use parking_lot::Mutex;
use tokio::task::JoinHandle;

/// Resolves to the outcome of a task; `None` if the task panicked.
pub type Outcome<T> = Shared<BoxFuture<'static, Option<T>>>;

/// The start time and the outcome of a finished task.
type Done<T> = (Instant, T);

/// Running and recently finished tasks, by key.
pub struct SingleFlight<K, T: Clone> {
    /// Never evicted: a second task for the key would run at the same time.
    running: Arc<Mutex<HashMap<K, Outcome<T>>>>,
    done: Cache<K, Done<T>>,
}

impl<K, T> SingleFlight<K, T>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Keeps outcomes for the time `remembered`, up to this many bytes by `weight`.
    pub fn new(
        remembered: Duration,
        bytes: u64,
        weight: impl Fn(&T) -> u32 + Send + Sync + 'static,
    ) -> Self {
        let done = Cache::builder()
            .max_capacity(bytes)
            .weigher(move |_: &K, (_, outcome): &Done<T>| weight(outcome))
            .time_to_live(remembered)
            .build();
        Self {
            running: Arc::default(),
            done,
        }
    }

    /// Returns the outcome of the running task of `key`; else the last outcome, if `is_good`
    /// accepts it (with the time since its start); else that of a new task, which `work` starts.
    pub fn join(
        &self,
        key: &K,
        is_good: impl Fn(&T, Duration) -> bool,
        work: impl FnOnce() -> JoinHandle<T>,
    ) -> Outcome<T> {
        let mut running = self.running.lock();
        if let Some(outcome) = running.get(key) {
            return outcome.clone();
        }
        let last = self.done.get(key);
        if let Some((_, outcome)) = last.filter(|(began, last)| is_good(last, began.elapsed())) {
            return std::future::ready(Some(outcome)).boxed().shared();
        }
        let outcome = self.follow(key.clone(), work());
        running.insert(key.clone(), outcome.clone());
        drop(running);
        // Drives the outcome even if no caller waits.
        tokio::spawn(outcome.clone());
        outcome
    }

    fn follow(&self, key: K, work: JoinHandle<T>) -> Outcome<T> {
        let (running, done) = (Arc::clone(&self.running), self.done.clone());
        let began = Instant::now();
        let finished = work.map(move |outcome| {
            let outcome = outcome.ok();
            let mut running = running.lock();
            if let Some(outcome) = &outcome {
                done.insert(key.clone(), (began, outcome.clone()));
            }
            running.remove(&key);
            outcome
        });
        finished.boxed().shared()
    }
}
