//! The current time. A test can move it instead of waiting.
//!
//! Without Redis it is the machine's clock. With Redis it is the time of Redis, continued by the
//! monotonic clock of this process, so that a step of the machine's own clock changes nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;

/// A clock. Clones show the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Milliseconds by which a test moved the clocks of all machines.
    moved_ms: Arc<AtomicI64>,
    machine: Arc<Machine>,
}

/// The clocks of one machine.
#[derive(Debug)]
struct Machine {
    /// The start of monotonic time.
    started: Instant,
    /// Milliseconds by which a test moved the machine's clock.
    wrong_by_ms: AtomicI64,
    /// Milliseconds by which the shared time is ahead of monotonic time, or [`NOT_SHARED`].
    shared_ahead_ms: AtomicI64,
}

/// The shared time is unknown: the machine's own clock is used.
const NOT_SHARED: i64 = i64::MIN;

impl Default for Machine {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            wrong_by_ms: AtomicI64::new(0),
            shared_ahead_ms: AtomicI64::new(NOT_SHARED),
        }
    }
}

impl Machine {
    /// The machine's own clock, in milliseconds since 1970.
    fn wall_ms(&self) -> i64 {
        Timestamp::now().as_millisecond() + self.wrong_by_ms.load(Ordering::Relaxed)
    }

    /// Monotonic time in milliseconds.
    fn monotonic_ms(&self, at: Instant) -> i64 {
        let since = at.saturating_duration_since(self.started).as_millis();
        i64::try_from(since).unwrap_or(i64::MAX)
    }

    fn now_ms(&self) -> i64 {
        match self.shared_ahead_ms.load(Ordering::Relaxed) {
            NOT_SHARED => self.wall_ms(),
            ahead => ahead.saturating_add(self.monotonic_ms(Instant::now())),
        }
    }
}

impl Clock {
    /// The current time (UTC), in whole milliseconds, so that it can be stored without loss.
    pub fn now(&self) -> Timestamp {
        let ms = self.machine.now_ms() + self.moved_ms.load(Ordering::Relaxed);
        Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
    }

    /// Follows the shared clock, which showed `shared_ms` (since 1970) between `asked` and
    /// `answered`. Corrects the time only as far as necessary, so that slow responses do not make
    /// it jump. Returns the milliseconds by which it is ahead of this machine's own clock.
    #[cfg(feature = "redis")]
    pub(crate) fn follow(&self, shared_ms: i64, asked: Instant, answered: Instant) -> i64 {
        let machine = &self.machine;
        let earliest = shared_ms - machine.monotonic_ms(answered);
        // Whole milliseconds hide up to one on either side.
        let latest = shared_ms - machine.monotonic_ms(asked) + 1;
        let ahead = match machine.shared_ahead_ms.load(Ordering::Relaxed) {
            NOT_SHARED => earliest.midpoint(latest),
            ahead => ahead.clamp(earliest, latest),
        };
        machine.shared_ahead_ms.store(ahead, Ordering::Relaxed);
        machine.now_ms() - machine.wall_ms()
    }

    /// Moves this clock and its clones forward; for tests of timeouts.
    pub fn advance(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.moved_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// The clock of another machine that is `ahead_ms` ahead, or behind if negative; for tests of
    /// nodes whose clocks differ.
    pub fn of_another_machine(&self, ahead_ms: i64) -> Self {
        let other = Self {
            moved_ms: Arc::clone(&self.moved_ms),
            machine: Arc::default(),
        };
        other.step(ahead_ms);
        other
    }

    /// Steps the machine's own clock by `by_ms`, as an operator or NTP does; for tests.
    pub fn step(&self, by_ms: i64) {
        self.machine.wrong_by_ms.fetch_add(by_ms, Ordering::Relaxed);
    }
}
