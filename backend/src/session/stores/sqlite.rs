//! Server-side sessions in an embedded database: for one machine, without any other service.
//!
//! What is acknowledged is on disk (`synchronous=FULL`) and survives `kill -9`. Limits: one process for each `DATA_DIR`.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use jiff::Timestamp;
use tokio_rusqlite::{params, rusqlite, rusqlite::OptionalExtension};

use super::{
    StoreUnavailable,
    cache::SessionCache,
    record::{self, Replaced},
};
use crate::{
    clock::Clock,
    session::{Handle, Timeouts, UserSession, id::pseudonym, keys::Sealer},
    storage::sqlite::Database,
};

/// The table of sessions; `Database::migrate` tells when each is run.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE IF NOT EXISTS session (
        handle TEXT PRIMARY KEY,
        user TEXT NOT NULL,
        generation INTEGER NOT NULL,
        state BLOB NOT NULL,
        expires_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS session_user ON session (user);
    CREATE INDEX IF NOT EXISTS session_expires ON session (expires_ms);
"];

/// Expired rows deleted in one transaction, so that nobody waits long for a sweep.
const SWEEP_BATCH: i32 = 500;
/// The longest time between two sweeps.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// Sessions in `DATA_DIR/sessions.sqlite`, served from memory when they were used before.
pub struct SqliteStore {
    database: Arc<Database>,
    cache: Arc<SessionCache>,
    sealer: Arc<Sealer>,
    timeouts: Timeouts,
}

impl SqliteStore {
    /// Brings the table of sessions up to date.
    pub(crate) async fn migrate(database: &Database) -> anyhow::Result<()> {
        database.migrate("session", MIGRATIONS).await
    }

    pub(crate) fn new(
        database: Arc<Database>,
        sealer: Sealer,
        timeouts: Timeouts,
        clock: Clock,
    ) -> Self {
        tokio::spawn(sweep(
            Arc::downgrade(&database),
            clock,
            SWEEP_EVERY.min(timeouts.idle),
        ));
        Self {
            database,
            cache: Arc::new(SessionCache::new()),
            sealer: Arc::new(sealer),
            timeouts,
        }
    }

    pub(crate) fn cached(&self, handle: &Handle) -> Option<Arc<str>> {
        self.cache.get(handle)
    }

    pub(crate) async fn read(&self, handle: &Handle) -> Result<Option<Arc<str>>, StoreUnavailable> {
        let (handle, cache, sealer) = (
            handle.clone(),
            Arc::clone(&self.cache),
            Arc::clone(&self.sealer),
        );
        let find = move |database: &rusqlite::Connection| {
            let mut select = database
                .prepare_cached("SELECT generation, state FROM session WHERE handle = ?1")?;
            let row = select.query_row([handle.to_string()], |row| {
                Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))
            });
            let json = row.optional()?.and_then(|(generation, state): (i64, _)| {
                record::open(&sealer, &handle, generation.cast_unsigned(), &state)
            });
            if let Some(json) = &json {
                cache.put(handle, Arc::clone(json));
            }
            Ok(json)
        };
        self.database.read(find).await
    }

    pub(crate) async fn create(
        &self,
        handle: &Handle,
        session: &UserSession,
    ) -> Result<(), StoreUnavailable> {
        let ((handle, generation, state, expires), user) =
            (self.row(handle, session)?, pseudonym(&session.user.id));
        let insert = "INSERT INTO session (handle, user, generation, state, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = (handle, user, generation, state, expires);
        self.database
            .write(
                move |database| database.prepare_cached(insert)?.execute(row),
                |_| (),
            )
            .await?;
        Ok(())
    }

    pub(crate) async fn replace(
        &self,
        handle: &Handle,
        session: &UserSession,
    ) -> Result<Replaced, StoreUnavailable> {
        let row = self.row(handle, session)?;
        let (changed, cache) = (handle.clone(), Arc::clone(&self.cache));
        let update = move |database: &rusqlite::Connection| {
            let next = "UPDATE session SET generation = ?2, state = ?3, expires_ms = ?4
                        WHERE handle = ?1 AND generation = ?2 - 1";
            if database
                .prepare_cached(next)?
                .execute(params![row.0, row.1, row.2, row.3])?
                == 1
            {
                return Ok(Replaced::Yes);
            }
            let there = database
                .prepare_cached("SELECT 1 FROM session WHERE handle = ?1")?
                .exists([row.0])?;
            Ok(if there {
                Replaced::Outdated
            } else {
                Replaced::Ended
            })
        };
        self.database
            .write(update, move |_| cache.forget(&changed))
            .await
    }

    pub(crate) async fn end(&self, handle: &Handle) -> Result<(), StoreUnavailable> {
        let (row, ended, cache) = (handle.clone(), handle.clone(), Arc::clone(&self.cache));
        let delete = move |database: &rusqlite::Connection| {
            database
                .prepare_cached("DELETE FROM session WHERE handle = ?1")?
                .execute([row.to_string()])
        };
        self.database
            .write(delete, move |_| cache.forget(&ended))
            .await?;
        Ok(())
    }

    /// The handles of a user's sessions.
    pub(crate) async fn handles_of(&self, user: &str) -> Result<Vec<Handle>, StoreUnavailable> {
        let user = pseudonym(user);
        let select = move |database: &rusqlite::Connection| {
            let mut select =
                database.prepare_cached("SELECT handle FROM session WHERE user = ?1")?;
            select
                .query_map([user], |row| row.get::<_, String>(0))?
                .filter_map(|handle| handle.map(|handle| handle.parse().ok()).transpose())
                .collect()
        };
        self.database.read(select).await
    }

    fn row(
        &self,
        handle: &Handle,
        session: &UserSession,
    ) -> anyhow::Result<(String, i64, Vec<u8>, i64)> {
        let state = record::seal(&self.sealer, handle, session)?;
        let expires = session.idle_expires_at(&self.timeouts).as_millisecond();
        Ok((
            handle.to_string(),
            session.generation.cast_signed(),
            state,
            expires,
        ))
    }
}

/// Deletes what has expired, for as long as the database is open.
async fn sweep(database: Weak<Database>, clock: Clock, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        while let Some(database) = database.upgrade() {
            match sweep_batch(&database, clock.now()).await {
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

/// Whether there may be more.
async fn sweep_batch(database: &Database, now: Timestamp) -> Result<bool, StoreUnavailable> {
    let delete = "DELETE FROM session WHERE rowid IN (SELECT rowid FROM session WHERE expires_ms <= ?1 LIMIT ?2)";
    let batch = move |database: &rusqlite::Connection| {
        let deleted = database
            .prepare_cached(delete)?
            .execute(params![now.as_millisecond(), SWEEP_BATCH])?;
        Ok(deleted > 0)
    };
    database.write(batch, |_| ()).await
}
