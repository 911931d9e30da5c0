//! The time of day, from one place: that which the nodes of an installation agree on. A test can
//! move it instead of waiting.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;

/// Tells the time. Clones share their setting.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// How far a test moved time, for every machine.
    moved_ms: Arc<AtomicI64>,
    /// How far this machine's clock is ahead of the true time, in a test.
    wrong_by_ms: i64,
    /// How far the agreed time is ahead of this machine's clock.
    agreed_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The current time (UTC), in whole milliseconds: what a session can store without loss.
    pub fn now(&self) -> Timestamp {
        let agreed = self.machine_ms() + self.agreed_ms.load(Ordering::Relaxed);
        let ms = agreed + self.moved_ms.load(Ordering::Relaxed);
        Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
    }

    /// What this machine's own clock says, in milliseconds since 1970.
    pub(crate) fn machine_ms(&self) -> i64 {
        Timestamp::now().as_millisecond() + self.wrong_by_ms
    }

    /// From now on the time is this far ahead of this machine's clock: several nodes follow one
    /// clock.
    pub(crate) fn agree_on(&self, ahead_ms: i64) {
        self.agreed_ms.store(ahead_ms, Ordering::Relaxed);
    }

    /// Moves this clock and its clones forward, for tests of timeouts.
    pub fn advance(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.moved_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// The clock of another machine, which is ahead by so much, or behind; for tests of nodes whose
    /// clocks differ.
    pub fn of_another_machine(&self, ahead_ms: i64) -> Self {
        Self {
            moved_ms: Arc::clone(&self.moved_ms),
            wrong_by_ms: ahead_ms,
            agreed_ms: Arc::default(),
        }
    }
}
