//! The shared clock of all nodes: the time of Redis, read with each heartbeat and continued by the
//! monotonic clock of the process, so that reading it costs no round trip.

use std::{
    sync::{LazyLock, atomic::Ordering},
    time::Instant,
};

use redis::Script;

use super::Redis;
use crate::Unavailable;

/// The key that selects the server in a Cluster whose clock all nodes use.
const KEY: &str = "clock";
/// Milliseconds by which the difference of the clocks must change to be logged again.
const LOGGED_CHANGE_MS: i64 = 2_000;

/// Seconds and microseconds since 1970.
static TIME: LazyLock<Script> = LazyLock::new(|| Script::new("return redis.call('TIME')"));

impl Redis {
    /// Sets the clock to the time of Redis.
    pub(super) async fn set_clock(&self) -> Result<(), Unavailable> {
        let asked = Instant::now();
        let (seconds, micros): (i64, i64) = self.run_script(&TIME.key(KEY)).await?;
        let shared_ms = seconds * 1_000 + micros / 1_000;
        let ahead_ms = self.clock.follow(shared_ms, asked, Instant::now());
        let reported = self.reported_ahead_ms.load(Ordering::Relaxed);
        if (ahead_ms - reported).abs() >= LOGGED_CHANGE_MS {
            self.reported_ahead_ms.store(ahead_ms, Ordering::Relaxed);
            tracing::warn!(
                ahead_ms,
                "the clocks of Redis and this machine differ, or one was set; that of Redis is used"
            );
        }
        Ok(())
    }
}
