//! One piece of work at a time for each key: whoever asks meanwhile shares its outcome.
//!
//! The work is a task: it runs to its end when all who waited are gone. Its outcome stays for a
//! while, so that whoever comes late can be served without doing it again.

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

/// The outcome of a piece of work, when it is there; `None` when the work panicked.
pub type Outcome<T> = Shared<BoxFuture<'static, Option<T>>>;

/// The start time and the outcome of finished work.
type Done<T> = (Instant, T);

/// Work that is under way or was done a moment ago, by key.
pub struct SingleFlight<K, T: Clone> {
    /// Never gives way: a second piece of work for its key would begin beside it.
    running: Arc<Mutex<HashMap<K, Outcome<T>>>>,
    done: Cache<K, Done<T>>,
}

impl<K, T> SingleFlight<K, T>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Outcomes are remembered this long, at most so many bytes of them as `weight` counts them.
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

    /// The outcome of the work that is under way for `key`. When there is none, or `is_good`
    /// refuses what came of the last one (and how long ago that began), `work` is begun in its
    /// place.
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
        // Nobody else may wait for it.
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
