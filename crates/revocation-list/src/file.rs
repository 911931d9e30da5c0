//! The list of one machine, in its SQLite file.

use std::sync::Arc;

use jiff::Timestamp;
use storage::{Clock, Database, Unavailable};
use tokio_rusqlite::{
    params,
    rusqlite::{self, Connection},
};

use crate::{
    entry::{Entry, GRACE, Name, Revocation, TOKEN_MEMORY},
    list::List,
    order::{Event, Order, time_of},
    session::Added,
};

/// The tables, see `Database::migrate`. Kinds are those of `Entry::parts`.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE revoked (
        kind INTEGER NOT NULL,
        name BLOB NOT NULL,
        spared BLOB NOT NULL,
        reason INTEGER NOT NULL,
        before_ms INTEGER NOT NULL,
        until_ms INTEGER NOT NULL,
        PRIMARY KEY (kind, name, spared)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX revoked_until ON revoked (until_ms);
    CREATE TABLE logout_token (
        name BLOB PRIMARY KEY,
        until_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX logout_token_until ON logout_token (until_ms);
",
    "
    CREATE TABLE newest_sign_in (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        number INTEGER NOT NULL
    ) STRICT;
",
];

/// Records the highest number of a sign-in, see `order`.
const RECORD_SIGN_IN: &str = "
    INSERT INTO newest_sign_in (id, number) VALUES (1, ?1)
    ON CONFLICT DO UPDATE SET number = max(number, excluded.number)
";

/// Of two revocations of the same sessions, the later one covers both.
const INSERT: &str = "
    INSERT INTO revoked (kind, name, spared, reason, before_ms, until_ms)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT DO UPDATE SET
        reason = iif(excluded.before_ms > before_ms, excluded.reason, reason),
        before_ms = max(before_ms, excluded.before_ms), until_ms = max(until_ms, excluded.until_ms)
";

/// Rows per read, so that writes can take place in between.
const PAGE: usize = 20_000;
/// Expired rows deleted per insert; more than one, so the table shrinks.
const DELETIONS: usize = 16;

/// The list on disk, and the list in memory that was read from it.
pub(crate) struct File {
    database: Arc<Database>,
    list: Arc<List>,
    order: Order,
    clock: Clock,
}

/// The last row of a page; the next page begins after it.
type Cursor = (u8, Vec<u8>, Vec<u8>);

impl File {
    pub(crate) async fn open(
        database: Arc<Database>,
        list: Arc<List>,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        database.migrate("revocation", MIGRATIONS).await?;
        let newest = database.read(newest_sign_in).await?;
        let file = Self {
            database,
            list,
            order: Order::starting_at(newest),
            clock,
        };
        let mut cursor = (0, Vec::new(), Vec::new());
        while let Some(last) = file.read_page(cursor).await? {
            cursor = last;
        }
        Ok(file)
    }

    /// Reads one page into memory. Returns its last row, or `None` after the last page.
    async fn read_page(&self, after: Cursor) -> Result<Option<Cursor>, Unavailable> {
        let (list, now) = (Arc::clone(&self.list), self.clock.now());
        let select = "SELECT kind, name, spared, reason, before_ms, until_ms FROM revoked
                      WHERE (kind, name, spared) > (?1, ?2, ?3)
                      ORDER BY kind, name, spared LIMIT ?4";
        let read = move |database: &Connection| {
            let mut select = database.prepare_cached(select)?;
            let mut rows = select.query(params![after.0, after.1, after.2, PAGE as i64])?;
            let (mut count, mut last, mut newest) = (0, None, 0);
            while let Some(row) = rows.next()? {
                count += 1;
                let (kind, name, spared): (u8, Name, &[u8]) =
                    (row.get(0)?, row.get(1)?, row.get_ref(2)?.as_blob()?);
                let parts = (kind, name, spared);
                let entry = Entry::from_parts(parts, row.get(3)?, row.get(4)?, row.get(5)?)
                    .ok_or(rusqlite::Error::InvalidQuery)?;
                newest = newest.max(entry.created_until.as_millisecond());
                if entry.until > now - GRACE {
                    list.add(&entry, 0, now);
                }
                if count == PAGE {
                    last = Some((kind, name.to_vec(), spared.to_vec()));
                }
            }
            Ok((last, newest))
        };
        let (last, newest) = self.database.read(read).await?;
        self.order.advance_to(newest);
        Ok(last)
    }

    /// Returns the number of a sign-in, after it was written to disk.
    pub(crate) async fn number_sign_in(&self) -> Result<Timestamp, Unavailable> {
        let number = self.order.number(Event::SignIn, self.clock.now());
        let write = move |database: &Connection| {
            database.prepare_cached(RECORD_SIGN_IN)?.execute([number])?;
            Ok(())
        };
        self.database.write(write, |()| ()).await?;
        Ok(time_of(number))
    }

    pub(crate) async fn check(&self) -> Result<(), Unavailable> {
        self.database.check().await
    }

    /// Writes an entry. It is in force once it is on disk, even if the caller is cancelled.
    pub(crate) async fn add(&self, revocation: Revocation) -> Result<Added, Unavailable> {
        let now = self.clock.now();
        let created_until = time_of(self.order.number(Event::Revocation, now));
        let entry = Entry::new(&revocation, created_until, now);
        let token = revocation.token;
        let token_until = entry.until.max(now + TOKEN_MEMORY);
        let insert = move |database: &Connection| {
            delete_expired(database, (now - GRACE).as_millisecond())?;
            if let Some(token) = token
                && !record_token(database, &token, token_until.as_millisecond())?
            {
                return Ok(Added::TokenUsedBefore);
            }
            insert(database, &entry)?;
            Ok(Added::Recorded)
        };
        let list = Arc::clone(&self.list);
        let committed = move |added: &Added| {
            if *added == Added::Recorded {
                list.add(&entry, 0, now);
            }
        };
        self.database.write(insert, committed).await
    }
}

fn newest_sign_in(database: &Connection) -> rusqlite::Result<i64> {
    let select = "SELECT coalesce(max(number), 0) FROM newest_sign_in";
    database.query_row(select, [], |row| row.get(0))
}

fn insert(database: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    let (kind, name, spared) = entry.parts();
    let created_until = entry.created_until.as_millisecond();
    let until = entry.until.as_millisecond();
    let row = params![kind, name, spared, entry.reason, created_until, until];
    database.prepare_cached(INSERT)?.execute(row)?;
    Ok(())
}

/// Records a token. Returns `false` if it was recorded before.
fn record_token(database: &Connection, token: &Name, until: i64) -> rusqlite::Result<bool> {
    let insert = "INSERT INTO logout_token (name, until_ms) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let inserted = database
        .prepare_cached(insert)?
        .execute(params![token, until])?;
    Ok(inserted == 1)
}

fn delete_expired(database: &Connection, now: i64) -> rusqlite::Result<()> {
    let entries = "DELETE FROM revoked WHERE (kind, name, spared) IN
                    (SELECT kind, name, spared FROM revoked WHERE until_ms <= ?1 LIMIT ?2)";
    let tokens = "DELETE FROM logout_token WHERE name IN
                  (SELECT name FROM logout_token WHERE until_ms <= ?1 LIMIT ?2)";
    for delete in [entries, tokens] {
        let limit = params![now, DELETIONS as i64];
        database.prepare_cached(delete)?.execute(limit)?;
    }
    Ok(())
}
