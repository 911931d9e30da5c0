//! The revocation list: what makes a client-side session end at once, although the browser still holds it.
//!
//! Asked in memory on every request, kept in SQLite on this machine; each entry lives as long as the sessions it ends
//! could have lived. When it cannot be read at start, the process does not start: it would forget who signed out.

use std::{
    collections::HashMap,
    path::Path,
    sync::{PoisonError, RwLock},
};

use anyhow::Context;
use jiff::Timestamp;
use tokio_rusqlite::{Connection, params, rusqlite};

use super::{Handle, stores::StoreUnavailable};
use crate::clock::Clock;

/// What was ended before its time.
#[derive(Debug)]
pub struct Revocations {
    ended: RwLock<HashMap<Handle, Timestamp>>,
    database: Connection,
    clock: Clock,
}

impl Revocations {
    /// Opens the list in `data_dir`, creating it at the first start.
    ///
    /// # Errors
    /// When it cannot be read, or another process uses it.
    pub async fn open(data_dir: &Path, clock: Clock) -> anyhow::Result<Self> {
        let path = data_dir.join("revocations.sqlite");
        let database = Connection::open(&path).await.with_context(|| format!("cannot open {}", path.display()))?;
        let now = clock.now().as_millisecond();
        let rows = database.call(move |database| read(database, now)).await;
        let rows = rows.with_context(|| format!("cannot read {} (is another backend using it?)", path.display()))?;
        Ok(Self { ended: RwLock::new(rows), database, clock })
    }

    /// Ends a session that would have lived `until` then. When this returns, no restart forgets it.
    ///
    /// # Errors
    /// When it could not be written; the session is not ended then.
    pub async fn add(&self, handle: &Handle, until: Timestamp) -> Result<(), StoreUnavailable> {
        let now = self.clock.now();
        if until <= now {
            return Ok(());
        }
        let row = (handle.as_str().to_owned(), until.as_millisecond());
        self.database
            .call(move |database| {
                database.execute("DELETE FROM revocation WHERE until_ms <= ?1", params![now.as_millisecond()])?;
                database.execute(
                    "INSERT INTO revocation (handle, until_ms) VALUES (?1, ?2)
                     ON CONFLICT (handle) DO UPDATE SET until_ms = max(until_ms, excluded.until_ms)",
                    row,
                )
            })
            .await?;
        let mut ended = self.ended.write().unwrap_or_else(PoisonError::into_inner);
        ended.retain(|_, until| *until > now);
        ended.insert(handle.clone(), until);
        Ok(())
    }

    /// Whether this session was ended.
    #[must_use]
    pub fn contain(&self, handle: &Handle) -> bool {
        self.ended.read().unwrap_or_else(PoisonError::into_inner).contains_key(handle)
    }
}

fn read(database: &mut rusqlite::Connection, now_ms: i64) -> rusqlite::Result<HashMap<Handle, Timestamp>> {
    // One writer: a second process on the same list would not see what this one adds. FULL: it survives a power cut.
    database.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute_batch(
        "CREATE TABLE IF NOT EXISTS revocation (handle TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
         CREATE INDEX IF NOT EXISTS revocation_until ON revocation (until_ms);",
    )?;
    let mut statement = database.prepare("SELECT handle, until_ms FROM revocation WHERE until_ms > ?1")?;
    let rows = statement.query_map([now_ms], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    rows.map(|row| {
        row.map(|(handle, until)| (handle.into(), Timestamp::from_millisecond(until).unwrap_or(Timestamp::MAX)))
    })
    .collect()
}
