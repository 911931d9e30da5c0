//! The time that nodes agree on: that of Redis. Measured once for each connection and kept as an
//! offset, so that asking for it costs nothing.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use redis::Script;

use super::Redis;
use crate::storage::Unavailable;

/// In a Cluster the key decides whose clock it is: for all nodes the same.
const KEY: &str = "clock";
/// The fastest answer of these tells the time best.
const SAMPLES: usize = 3;
/// A difference to this machine's clock that somebody should look at.
const SUSPICIOUS_MS: i64 = 2_000;

/// Seconds and microseconds since 1970.
static TIME: LazyLock<Script> = LazyLock::new(|| Script::new("return redis.call('TIME')"));

impl Redis {
    /// Sets the clock by that of Redis, half a round trip ago.
    pub(super) async fn set_clock(&self) -> Result<(), Unavailable> {
        let mut best = (Duration::MAX, 0);
        for _ in 0..SAMPLES {
            let (asked, began) = (self.clock.machine_ms(), Instant::now());
            let (seconds, micros): (i64, i64) = self.run_script(&TIME.key(KEY)).await?;
            let took = began.elapsed();
            let half = i64::try_from(took.as_millis() / 2).unwrap_or(0);
            best = best.min((took, seconds * 1_000 + micros / 1_000 - asked - half));
        }
        let (_, ahead) = best;
        if ahead.abs() >= SUSPICIOUS_MS {
            tracing::warn!(
                ahead_ms = ahead,
                see = "docs/troubleshooting.md#clocks",
                "the clock of Redis and this machine's differ; Redis decides"
            );
        }
        self.clock.agree_on(ahead);
        Ok(())
    }
}
