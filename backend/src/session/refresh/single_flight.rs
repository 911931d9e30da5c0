//! One piece of work at a time for each key: whoever asks meanwhile shares its outcome.
//!
//! The work is a task: it runs to its end when all who waited are gone. Its outcome stays for a
//! while, so that whoever comes late can be served without doing it again.

use std::{
    hash::Hash,
    time::{Duration, Instant},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use moka::{ops::compute::Op, sync::Cache};
use tokio::task::JoinHandle;

/// Keys known at the same time.
const CAPACITY: u64 = 100_000;

/// The outcome of a piece of work, when it is there; `None` when the work panicked.
pub type Outcome<T> = Shared<BoxFuture<'static, Option<T>>>;

/// One piece of work, under way or done a moment ago.
#[derive(Clone)]
struct Flight<T: Clone> {
    began: Instant,
    outcome: Outcome<T>,
}

/// Work that is under way or was done a moment ago, by key.
pub struct SingleFlight<K, T: Clone> {
    flights: Cache<K, Flight<T>>,
}

impl<K, T> SingleFlight<K, T>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Outcomes are remembered this long after the work began.
    pub fn new(remembered: Duration) -> Self {
        let flights = Cache::builder()
            .max_capacity(CAPACITY)
            .time_to_live(remembered)
            .build();
        Self { flights }
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
        let mut joined = None;
        self.flights.entry_by_ref(key).and_compute_with(|entry| {
            let flight = entry.map(moka::Entry::into_value).filter(|flight| {
                let outcome = flight.outcome.peek();
                outcome.is_none_or(|outcome| {
                    let outcome = outcome.as_ref();
                    outcome.is_some_and(|outcome| is_good(outcome, flight.began.elapsed()))
                })
            });
            if let Some(flight) = flight {
                joined = Some(flight.outcome);
                return Op::Nop;
            }
            let flight = follow(work());
            joined = Some(flight.outcome.clone());
            Op::Put(flight)
        });
        joined.unwrap_or_else(|| std::future::ready(None).boxed().shared())
    }
}

fn follow<T: Clone + Send + Sync + 'static>(work: JoinHandle<T>) -> Flight<T> {
    Flight {
        began: Instant::now(),
        outcome: work.map(Result::ok).boxed().shared(),
    }
}
