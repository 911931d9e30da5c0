//! The revocation list of one machine, in its SQLite file.

use std::sync::Arc;

use tokio_rusqlite::{
    params,
    rusqlite::{self, Connection},
};

use super::{
    Added, earlier_format,
    entry::{Entry, Name},
    list::List,
};
use crate::{
    clock::Clock,
    storage::{Unavailable, sqlite::Database},
};

/// `Database::migrate` tells when each is run. Kinds and reasons are those of `entry`.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE revoked (
        kind INTEGER NOT NULL,
        name BLOB NOT NULL,
        but BLOB NOT NULL,
        reason INTEGER NOT NULL,
        before_ms INTEGER NOT NULL,
        until_ms INTEGER NOT NULL,
        PRIMARY KEY (kind, name, but)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX revoked_until ON revoked (until_ms);
    CREATE TABLE logout_token (
        name BLOB PRIMARY KEY,
        until_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX logout_token_until ON logout_token (until_ms);
"];

/// Of two ends of the same sessions, the later says it all.
const INSERT: &str = "
    INSERT INTO revoked (kind, name, but, reason, before_ms, until_ms)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT DO UPDATE SET
        before_ms = max(before_ms, excluded.before_ms), until_ms = max(until_ms, excluded.until_ms)
";

/// Rows read at once: others may write in between.
const PAGE: usize = 20_000;
/// Rows that are of no use any more, deleted with each one that is added: more than one, so that
/// they become fewer.
const FORGET: usize = 16;

/// The list on disk, and the list in memory that it is the origin of.
pub(super) struct FileLog {
    pub(super) database: Arc<Database>,
    list: Arc<List>,
    clock: Clock,
}

/// The last row of a page: the next begins after it.
type Place = (u8, Vec<u8>, Vec<u8>);

impl FileLog {
    /// Reads the list.
    pub(super) async fn open(
        database: Arc<Database>,
        list: Arc<List>,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        database.migrate("revocation", MIGRATIONS).await?;
        database.at_start(earlier_format::import).await?;
        let log = Self {
            database,
            list,
            clock,
        };
        let mut place = (0, Vec::new(), Vec::new());
        while let Some(last) = log.read_page(place).await? {
            place = last;
        }
        Ok(log)
    }

    /// Reads one page into memory; gives back its last row unless it is the last page.
    async fn read_page(&self, after: Place) -> Result<Option<Place>, Unavailable> {
        let (list, now) = (Arc::clone(&self.list), self.clock.now());
        let select = "SELECT kind, name, but, reason, before_ms, until_ms FROM revoked
                      WHERE (kind, name, but) > (?1, ?2, ?3) ORDER BY kind, name, but LIMIT ?4";
        let read = move |database: &Connection| {
            let mut select = database.prepare_cached(select)?;
            let mut rows = select.query(params![after.0, after.1, after.2, PAGE as i64])?;
            let (mut count, mut last) = (0, None);
            while let Some(row) = rows.next()? {
                count += 1;
                let (kind, name, but): (u8, Name, &[u8]) =
                    (row.get(0)?, row.get(1)?, row.get_ref(2)?.as_blob()?);
                let parts = (kind, name, but, row.get(3)?);
                let entry = Entry::from_parts(parts, row.get(4)?, row.get(5)?)
                    .ok_or(rusqlite::Error::InvalidQuery)?;
                if entry.until > now {
                    list.add(&entry, 0, now);
                }
                if count == PAGE {
                    last = Some((kind, name.to_vec(), but.to_vec()));
                }
            }
            Ok(last)
        };
        self.database.read(read).await
    }

    /// Writes an entry; it is in force when the disk has it, whether or not somebody still waits.
    pub(super) async fn add(
        &self,
        entry: Entry,
        logout_token: Option<Name>,
    ) -> Result<Added, Unavailable> {
        let now = self.clock.now();
        let insert = move |database: &Connection| {
            forget(database, now.as_millisecond())?;
            if let Some(token) = logout_token
                && !take_token(database, &token, entry.until.as_millisecond())?
            {
                return Ok(Added::TokenTakenBefore);
            }
            insert(database, &entry)?;
            Ok(Added::Yes)
        };
        let list = Arc::clone(&self.list);
        let committed = move |added: &Added| {
            if *added == Added::Yes {
                list.add(&entry, 0, now);
            }
        };
        self.database.write(insert, committed).await
    }
}

pub(super) fn insert(database: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    let (kind, name, but, reason) = entry.parts();
    let (before, until) = (entry.before.as_millisecond(), entry.until.as_millisecond());
    let row = params![kind, name, but, reason, before, until];
    database.prepare_cached(INSERT)?.execute(row)?;
    Ok(())
}

/// Whether this token was not taken before.
fn take_token(database: &Connection, token: &Name, until: i64) -> rusqlite::Result<bool> {
    let insert = "INSERT INTO logout_token (name, until_ms) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let inserted = database
        .prepare_cached(insert)?
        .execute(params![token, until])?;
    Ok(inserted == 1)
}

fn forget(database: &Connection, now: i64) -> rusqlite::Result<()> {
    let outlived = "DELETE FROM revoked WHERE (kind, name, but) IN
                    (SELECT kind, name, but FROM revoked WHERE until_ms <= ?1 LIMIT ?2)";
    let tokens = "DELETE FROM logout_token WHERE name IN
                  (SELECT name FROM logout_token WHERE until_ms <= ?1 LIMIT ?2)";
    for delete in [outlived, tokens] {
        let limit = params![now, FORGET as i64];
        database.prepare_cached(delete)?.execute(limit)?;
    }
    Ok(())
}
