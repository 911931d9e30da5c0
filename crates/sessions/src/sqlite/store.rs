//! Server-side sessions in an embedded database: for one machine, without any other service.
//!
//! An acknowledged write is on disk (`synchronous=FULL`) and survives `kill -9`. Limits: one
//! process for each `Settings::data_dir`.

use std::{num::NonZeroUsize, sync::Arc};

use async_trait::async_trait;
use sealed_cookies::Keyring;
use storage::{Clock, Database, digest};
use tokio_rusqlite::{
    params,
    rusqlite::{self, OptionalExtension, Row},
};

use super::sweep;
use crate::{
    Handle, Timeouts, UserSession,
    stores::{SessionStore, StoreResult, StoredSession, WriteOutcome, cache::SessionCache, record},
};

/// The table of sessions, see `Database::migrate`.
const MIGRATIONS: &[&str] = &["
    DROP TABLE IF EXISTS session;
    CREATE TABLE session (
        handle BLOB PRIMARY KEY,
        user BLOB NOT NULL,
        generation INTEGER NOT NULL,
        state BLOB NOT NULL,
        seen_ms INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX session_user ON session (user);
    CREATE INDEX session_expires ON session (expires_ms);
"];

/// Sessions in `sessions.sqlite`, served from memory after the first use.
pub(super) struct SqliteStore {
    database: Arc<Database>,
    cache: Arc<SessionCache>,
    keyring: Arc<Keyring>,
    timeouts: Timeouts,
    clock: Clock,
}

impl SqliteStore {
    pub(super) async fn open(
        database: Arc<Database>,
        keyring: Keyring,
        timeouts: Timeouts,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        database.migrate("session", MIGRATIONS).await?;
        sweep::begin(&database, &clock, timeouts);
        Ok(Self {
            database,
            cache: Arc::new(SessionCache::new()),
            keyring: Arc::new(keyring),
            timeouts,
            clock,
        })
    }

    fn row(&self, handle: Handle, session: &UserSession) -> anyhow::Result<Values> {
        Ok(Values {
            handle: *handle.as_bytes(),
            version: session.version.cast_signed(),
            state: record::seal(&self.keyring, handle, session)?,
            seen: session.last_seen_at.as_millisecond(),
            expires: session.idle_expires_at(&self.timeouts).as_millisecond(),
        })
    }
}

#[async_trait]
impl SessionStore for SqliteStore {
    fn cached(&self, handle: Handle) -> Option<Arc<UserSession>> {
        self.cache.get(handle)
    }

    async fn load(&self, handle: Handle) -> StoreResult<Option<Arc<UserSession>>> {
        let (cache, keyring) = (Arc::clone(&self.cache), Arc::clone(&self.keyring));
        let find = move |database: &rusqlite::Connection| {
            let select = "SELECT handle, generation, state FROM session WHERE handle = ?1";
            let mut select = database.prepare_cached(select)?;
            let row = select
                .query_row([handle.as_bytes()], |row| stored(&keyring, row))
                .optional()?;
            let session = row.and_then(|(_, session)| session);
            if let Some(session) = &session {
                cache.put(handle, Arc::clone(session));
            }
            Ok(session)
        };
        self.database.read(find).await
    }

    async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
        limit: NonZeroUsize,
    ) -> StoreResult<Vec<StoredSession>> {
        let (row, user) = (self.row(handle, session)?, digest(&session.user.id));
        let (keyring, cache) = (Arc::clone(&self.keyring), Arc::clone(&self.cache));
        let now = self.clock.now().as_millisecond();
        let insert = move |database: &rusqlite::Connection| {
            let insert =
                "INSERT INTO session (handle, user, generation, state, seen_ms, expires_ms)
                          VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let values = params![
                row.handle,
                user,
                row.version,
                row.state,
                row.seen,
                row.expires
            ];
            database.prepare_cached(insert)?.execute(values)?;
            let surplus = "DELETE FROM session WHERE handle IN (
                               SELECT handle FROM session
                               WHERE user = ?1 AND handle <> ?2 AND expires_ms > ?3
                               ORDER BY seen_ms DESC LIMIT -1 OFFSET ?4
                           ) RETURNING handle, generation, state";
            let others = i64::try_from(limit.get() - 1).unwrap_or(i64::MAX);
            let mut surplus = database.prepare_cached(surplus)?;
            let rows = surplus.query_map(params![user, row.handle, now, others], |row| {
                stored(&keyring, row)
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        let forget = move |gone: &Vec<(Handle, _)>| {
            gone.iter().for_each(|(handle, _)| cache.forget(*handle));
        };
        let gone = self.database.write(insert, forget).await?;
        let known = gone
            .into_iter()
            .filter_map(|(handle, session)| Some((handle, session?)));
        Ok(known.collect())
    }

    async fn replace(&self, handle: Handle, session: &UserSession) -> StoreResult<WriteOutcome> {
        let (row, cache) = (self.row(handle, session)?, Arc::clone(&self.cache));
        let update = move |database: &rusqlite::Connection| {
            let next =
                "UPDATE session SET generation = ?2, state = ?3, seen_ms = ?4, expires_ms = ?5
                        WHERE handle = ?1 AND generation = ?2 - 1";
            let values = params![row.handle, row.version, row.state, row.seen, row.expires];
            if database.prepare_cached(next)?.execute(values)? == 1 {
                return Ok(WriteOutcome::Written);
            }
            let there = database
                .prepare_cached("SELECT 1 FROM session WHERE handle = ?1")?
                .exists([row.handle])?;
            Ok(if there {
                WriteOutcome::Outdated
            } else {
                WriteOutcome::Deleted
            })
        };
        self.database
            .write(update, move |_| cache.forget(handle))
            .await
    }

    async fn delete(&self, handle: Handle, _: &str) -> StoreResult<Option<Arc<UserSession>>> {
        let (keyring, cache) = (Arc::clone(&self.keyring), Arc::clone(&self.cache));
        let delete = move |database: &rusqlite::Connection| {
            let delete =
                "DELETE FROM session WHERE handle = ?1 RETURNING handle, generation, state";
            database
                .prepare_cached(delete)?
                .query_row([handle.as_bytes()], |row| stored(&keyring, row))
                .optional()
        };
        let ended = self
            .database
            .write(delete, move |_| cache.forget(handle))
            .await?;
        Ok(ended.and_then(|(_, session)| session))
    }

    async fn handles_of(&self, user: &str) -> StoreResult<Vec<Handle>> {
        let user = digest(user);
        let select = move |database: &rusqlite::Connection| {
            let mut select =
                database.prepare_cached("SELECT handle FROM session WHERE user = ?1")?;
            select
                .query_map([user], |row| row.get::<_, [u8; 16]>(0).map(Handle::from))?
                .collect()
        };
        self.database.read(select).await
    }
}

/// A row to write.
struct Values {
    handle: [u8; 16],
    version: i64,
    state: Vec<u8>,
    seen: i64,
    expires: i64,
}

/// A row of `handle, generation, state`.
fn stored(
    keyring: &Keyring,
    row: &Row<'_>,
) -> rusqlite::Result<(Handle, Option<Arc<UserSession>>)> {
    let handle = Handle::from(row.get::<_, [u8; 16]>(0)?);
    let version = row.get::<_, i64>(1)?.cast_unsigned();
    let state = row.get_ref(2)?.as_blob()?;
    Ok((handle, record::open(keyring, handle, version, state)))
}
