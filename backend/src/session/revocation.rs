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

use super::{Handle, UserSession, stores::StoreUnavailable};
use crate::clock::Clock;

/// Whose sessions end.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Subject {
    /// One session.
    Session(Handle),
}

impl Subject {
    fn key(&self) -> String {
        match self {
            Self::Session(handle) => format!("session {handle}"),
        }
    }
}

/// What was ended before its time.
#[derive(Debug)]
pub struct Revocations {
    ended: RwLock<HashMap<String, Timestamp>>,
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

    /// Ends `subject`'s sessions. When this returns, no restart forgets it.
    ///
    /// # Errors
    /// When it could not be written; the sessions are not ended then.
    pub async fn add(&self, subject: Subject, until: Timestamp) -> Result<(), StoreUnavailable> {
        let (key, now) = (subject.key(), self.clock.now());
        if until <= now {
            return Ok(());
        }
        let row = (key.clone(), until.as_millisecond());
        self.database
            .call(move |database| {
                database.execute("DELETE FROM revocation WHERE until_ms <= ?1", params![now.as_millisecond()])?;
                database.execute(
                    "INSERT INTO revocation (subject, until_ms) VALUES (?1, ?2)
                     ON CONFLICT (subject) DO UPDATE SET until_ms = max(until_ms, excluded.until_ms)",
                    row,
                )
            })
            .await?;
        let mut ended = self.ended.write().unwrap_or_else(PoisonError::into_inner);
        ended.retain(|_, until| *until > now);
        ended.insert(key, until);
        Ok(())
    }

    /// Whether this session was ended.
    #[must_use]
    pub fn cover(&self, handle: &Handle, _session: &UserSession) -> bool {
        let ended = self.ended.read().unwrap_or_else(PoisonError::into_inner);
        !ended.is_empty() && ended.contains_key(&Subject::Session(handle.clone()).key())
    }
}

fn read(database: &mut rusqlite::Connection, now_ms: i64) -> rusqlite::Result<HashMap<String, Timestamp>> {
    // One writer: a second process on the same list would not see what this one adds. FULL: it survives a power cut.
    database.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute_batch(
        "CREATE TABLE IF NOT EXISTS revocation (subject TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    )?;
    let mut statement = database.prepare("SELECT subject, until_ms FROM revocation WHERE until_ms > ?1")?;
    let rows = statement.query_map([now_ms], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.map(|row| row.map(|(subject, until)| (subject, Timestamp::from_millisecond(until).unwrap_or(Timestamp::MAX))))
        .collect()
}
