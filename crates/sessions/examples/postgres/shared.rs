//! The state of several nodes in PostgreSQL: the list of revoked sessions, and locks of refreshes.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use async_trait::async_trait;
use deadpool_postgres::Object;
use jiff::Timestamp;
use revocation_list::{Log, Name};
use sessions::Handle;
use sessions::stores::{Lock, SharedStore};

use super::store::{PostgresStore, Result};

/// Times are in milliseconds since 1970, except in `refresh_note`, which follows the clock of the
/// database.
pub const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS revocation (
        position BIGSERIAL PRIMARY KEY,
        entry BYTEA NOT NULL,
        until BIGINT NOT NULL,
        token BYTEA UNIQUE
    );
    CREATE INDEX IF NOT EXISTS revocation_until ON revocation (until);
    CREATE TABLE IF NOT EXISTS newest_number (
        id INT PRIMARY KEY CHECK (id = 1),
        number BIGINT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS refresh_note (
        handle BYTEA PRIMARY KEY,
        refresh_count BIGINT NOT NULL,
        until TIMESTAMPTZ NOT NULL
    );";

/// Time for which expired entries are kept, because clocks may differ.
const GRACE: i64 = 10 * 60 * 1000;

#[async_trait]
impl Log for PostgresStore {
    async fn number(&self, number: i64, distance: i64) -> Result<i64> {
        let next = "INSERT INTO newest_number VALUES (1, $1) ON CONFLICT (id) DO UPDATE
            SET number = greatest($1, newest_number.number + $2::BIGINT) RETURNING number";
        let rows = self.query(next, &[&number, &distance]).await?;
        let number = rows.first().context("one row")?.try_get(0);
        Ok(number.map_err(anyhow::Error::from)?)
    }

    async fn append(&self, entry: &[u8], until: Timestamp, token: Option<Name>) -> Result<bool> {
        let now = self.clock.now().as_millisecond();
        let work = async {
            let mut client = self.pool.get().await?;
            let transaction = client.transaction().await?;
            // One at a time, so that entries become visible in the order of their positions.
            let wait = "SELECT pg_advisory_xact_lock(2)";
            transaction.execute(wait, &[]).await?;
            let tidy = "DELETE FROM revocation WHERE position IN
                        (SELECT position FROM revocation WHERE until < $1 LIMIT 16)";
            transaction.execute(tidy, &[&(now - GRACE)]).await?;
            let insert = "INSERT INTO revocation (entry, until, token) VALUES ($1, $2, $3)
                          ON CONFLICT (token) DO NOTHING";
            let (until, token) = (until.as_millisecond(), token.as_ref().map(Name::as_slice));
            let added = transaction
                .execute(insert, &[&entry, &until, &token])
                .await?;
            transaction.commit().await?;
            Ok(added == 1)
        };
        self.in_time(work).await
    }

    async fn entries_after(&self, position: i64) -> Result<Vec<(i64, Vec<u8>)>> {
        let select = "SELECT position, entry FROM revocation WHERE position > $1
                      ORDER BY position LIMIT 2000";
        let rows = self.query(select, &[&position]).await?;
        let entries = rows
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        Ok(entries.collect::<anyhow::Result<_>>()?)
    }
}

#[async_trait]
impl SharedStore for PostgresStore {
    /// The lock belongs to a connection of its own, and ends with it.
    async fn lock(&self, handle: Handle) -> Result<Lock> {
        let permit = Arc::clone(&self.locks).acquire_owned().await;
        let permit = permit.map_err(anyhow::Error::from)?;
        let client = self.pool.get().await.map_err(anyhow::Error::from)?;
        let client = Object::take(client);
        let key = handle.as_bytes().first_chunk().context("eight bytes")?;
        let lock = "SELECT pg_advisory_lock($1)";
        let locked = client.execute(lock, &[&i64::from_be_bytes(*key)]).await;
        locked.map_err(anyhow::Error::from)?;
        Ok(Box::new((client, permit)))
    }

    async fn note_refresh(
        &self,
        handle: Handle,
        refresh_count: Option<u64>,
        lifetime: Duration,
    ) -> Result<()> {
        let handle = handle.as_bytes().as_slice();
        let Some(count) = refresh_count.map(u64::cast_signed) else {
            let delete = "DELETE FROM refresh_note WHERE handle = $1 OR until < now()";
            return self.query(delete, &[&handle]).await.map(drop);
        };
        let note = "INSERT INTO refresh_note
            VALUES ($1, $2, now() + $3 * INTERVAL '1 second') ON CONFLICT (handle)
            DO UPDATE SET until = excluded.until,
                refresh_count = greatest(refresh_note.refresh_count, excluded.refresh_count)";
        let seconds = lifetime.as_secs_f64();
        self.query(note, &[&handle, &count, &seconds])
            .await
            .map(drop)
    }

    async fn noted_refresh(&self, handle: Handle) -> Result<Option<u64>> {
        let select = "SELECT refresh_count FROM refresh_note WHERE handle = $1 AND until > now()";
        let rows = self.query(select, &[&handle.as_bytes().as_slice()]).await?;
        let count = rows.first().map(|row| row.try_get::<_, i64>(0)).transpose();
        Ok(count.map_err(anyhow::Error::from)?.map(i64::cast_unsigned))
    }
}
