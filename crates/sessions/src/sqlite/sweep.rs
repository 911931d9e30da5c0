//! Deletes sessions from the SQLite file some time after their expiry, a few at a time.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use jiff::Timestamp;
use storage::{Clock, Database, Unavailable};
use tokio_rusqlite::{params, rusqlite};

use crate::Timeouts;

/// Expired rows deleted in one transaction. Few, so that other writes do not wait long.
const SWEEP_BATCH: i32 = 500;
/// Longest time between two sweeps.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// Sweeps as long as the database is open.
pub(super) fn begin(database: &Arc<Database>, clock: &Clock, timeouts: Timeouts) {
    let pause = SWEEP_EVERY.min(timeouts.idle);
    tokio::spawn(sweep(
        Arc::downgrade(database),
        clock.clone(),
        timeouts,
        pause,
    ));
}

/// Deletes expired sessions as long as the database is open.
async fn sweep(database: Weak<Database>, clock: Clock, timeouts: Timeouts, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        while let Some(database) = database.upgrade() {
            match sweep_batch(&database, clock.now() - timeouts.idle).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "expired sessions not swept");
                    break;
                }
            }
        }
        if database.strong_count() == 0 {
            return;
        }
    }
}

/// Deletes sessions that expired by then. Returns `true` if there may be more.
async fn sweep_batch(database: &Database, by: Timestamp) -> Result<bool, Unavailable> {
    let delete = "DELETE FROM session WHERE rowid IN (
                      SELECT rowid FROM session WHERE expires_ms <= ?1 LIMIT ?2)";
    let batch = move |database: &rusqlite::Connection| {
        let deleted = database
            .prepare_cached(delete)?
            .execute(params![by.as_millisecond(), SWEEP_BATCH])?;
        Ok(deleted > 0)
    };
    database.write(batch, |_| ()).await
}
