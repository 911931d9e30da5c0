//! Sessions in PostgreSQL. Another database needs the same: a statement that compares and sets, and
//! a lock for each user, so that concurrent sign-ins keep the limit.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use anyhow::Context;
use async_trait::async_trait;
use deadpool_postgres::{Manager, Pool, Runtime};
use sealed_cookies::{Keyring, Purpose};
use sessions::stores::{SessionStore, StoredSession, WriteOutcome};
use sessions::{Handle, Settings, Timeouts, UserSession};
use storage::{Clock, Unavailable, digest};
use tokio::sync::Semaphore;
use tokio_postgres::{NoTls, Row, types::ToSql};

/// Times are in milliseconds since 1970. `user_name` is a digest.
const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS session (
        handle BYTEA PRIMARY KEY,
        user_name BYTEA NOT NULL,
        version BIGINT NOT NULL,
        sealed BYTEA NOT NULL,
        last_seen_at BIGINT NOT NULL,
        ends_at BIGINT NOT NULL,
        kept_until BIGINT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS session_of_user ON session (user_name, last_seen_at);
    CREATE INDEX IF NOT EXISTS session_kept_until ON session (kept_until);";

const PURPOSE: Purpose = Purpose::new("session in PostgreSQL");
const LOCK: &str = "SELECT pg_advisory_xact_lock($1)";

pub type Result<T> = std::result::Result<T, Unavailable>;

pub struct PostgresStore {
    pub pool: Pool,
    keyring: Keyring,
    timeouts: Timeouts,
    pub clock: Clock,
    /// A database that does not respond for this long is unavailable.
    timeout: Duration,
    /// Connections that hold a lock.
    pub locks: Arc<Semaphore>,
}

impl PostgresStore {
    pub async fn open(url: &str, settings: &Settings, clock: Clock) -> anyhow::Result<Self> {
        let manager = Manager::new(url.parse()?, NoTls); // on another machine: with TLS
        let pool = Pool::builder(manager).runtime(Runtime::Tokio1).build()?;
        // Nodes that start at the same time create the tables one after the other.
        let lock = "BEGIN; SELECT pg_advisory_xact_lock(1);";
        let tables = format!("{lock} {TABLE} {} COMMIT", super::shared::TABLES);
        pool.get().await?.batch_execute(&tables).await?;
        Ok(Self {
            pool,
            keyring: Keyring::new(&settings.secrets, PURPOSE),
            timeouts: settings.timeouts,
            clock,
            timeout: settings.store_timeout,
            locks: Arc::new(Semaphore::new(16)),
        })
    }

    /// Waits for the work within the timeout. An error does not say what was written.
    pub async fn in_time<T>(&self, work: impl Future<Output = anyhow::Result<T>>) -> Result<T> {
        let done = tokio::time::timeout(self.timeout, work).await;
        Ok(done.context("PostgreSQL does not respond")??)
    }

    /// Runs one statement.
    pub async fn query(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        let work = async {
            let client = self.pool.get().await?;
            let statement = client.prepare_cached(sql).await?;
            Ok(client.query(&statement, values).await?)
        };
        self.in_time(work).await
    }

    fn times(&self, session: &UserSession) -> [i64; 3] {
        let ends_at = session.idle_expires_at(&self.timeouts);
        let times = [
            session.last_seen_at,
            ends_at,
            session.kept_until(&self.timeouts),
        ];
        times.map(|time| time.as_millisecond())
    }

    /// Seals a session for its handle and version only: whoever reads the table sees no tokens.
    fn seal(&self, handle: Handle, session: &UserSession) -> anyhow::Result<Vec<u8>> {
        let json = serde_json::to_vec(session)?;
        Ok(self
            .keyring
            .seal(&json, &context(handle, session.version))?)
    }

    /// Unseals a row of `handle, version, sealed`; `None` if its secret is no longer listed.
    fn unseal(&self, row: &Row) -> anyhow::Result<Option<StoredSession>> {
        let handle = handle_of(row)?;
        let version = row.try_get::<_, i64>(1)?.cast_unsigned();
        let json = self
            .keyring
            .open(row.try_get(2)?, &context(handle, version));
        let session = json.and_then(|json| serde_json::from_slice(&json).ok());
        Ok(session.map(|session| (handle, Arc::new(session))))
    }

    fn first(&self, rows: &[Row]) -> Result<Option<Arc<UserSession>>> {
        let stored = rows.first().map(|row| self.unseal(row)).transpose()?;
        Ok(stored.flatten().map(|(_, session)| session))
    }
}

fn context(handle: Handle, version: u64) -> Vec<u8> {
    format!("{version}.{handle}").into_bytes()
}

fn handle_of(row: &Row) -> anyhow::Result<Handle> {
    let bytes: [u8; 16] = row.try_get::<_, &[u8]>(0)?.try_into()?;
    Ok(Handle::from(bytes))
}

#[async_trait]
impl SessionStore for PostgresStore {
    async fn load(&self, handle: Handle) -> Result<Option<Arc<UserSession>>> {
        let select = "SELECT handle, version, sealed FROM session WHERE handle = $1";
        let rows = self.query(select, &[&handle.as_bytes().as_slice()]).await?;
        self.first(&rows)
    }

    async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
        limit: NonZeroUsize,
    ) -> Result<Vec<StoredSession>> {
        let (user, sealed) = (digest(&session.user.id), self.seal(handle, session)?);
        let lock = i64::from_be_bytes(user[..8].try_into().context("eight bytes")?);
        let (others, now) = (limit.get() - 1, self.clock.now().as_millisecond());
        let rows = self.in_time(async {
            let mut client = self.pool.get().await?;
            let transaction = client.transaction().await?;
            transaction.execute(LOCK, &[&lock]).await?;
            let tidy = "DELETE FROM session WHERE handle IN
                        (SELECT handle FROM session WHERE kept_until < $1 LIMIT 16)";
            transaction.execute(tidy, &[&now]).await?;
            let surplus = "DELETE FROM session WHERE handle IN
                    (SELECT handle FROM session WHERE user_name = $1 AND ends_at > $2
                     ORDER BY last_seen_at DESC OFFSET $3)
                RETURNING handle, version, sealed";
            let (others, name) = (i64::try_from(others)?, user.as_slice());
            let rows = transaction.query(surplus, &[&name, &now, &others]).await?;
            let insert = "INSERT INTO session VALUES ($1, $2, $3, $4, $5, $6, $7)";
            let [seen, ends, kept] = self.times(session);
            let version = session.version.cast_signed();
            let handle = handle.as_bytes().as_slice();
            let row: [&(dyn ToSql + Sync); 7] =
                [&handle, &name, &version, &sealed, &seen, &ends, &kept];
            transaction.execute(insert, &row).await?;
            transaction.commit().await?;
            Ok(rows)
        });
        let surplus = rows.await?;
        let surplus: anyhow::Result<Vec<_>> = surplus.iter().map(|row| self.unseal(row)).collect();
        Ok(surplus?.into_iter().flatten().collect())
    }

    async fn replace(&self, handle: Handle, session: &UserSession) -> Result<WriteOutcome> {
        let update = "WITH written AS (
                UPDATE session SET version = $2::BIGINT, sealed = $3, last_seen_at = $4,
                    ends_at = $5, kept_until = $6
                WHERE handle = $1 AND version = $2::BIGINT - 1 RETURNING 1)
            SELECT EXISTS (SELECT FROM written), EXISTS (SELECT FROM session WHERE handle = $1)";
        let version = session.version.cast_signed();
        let [seen, ends, kept] = self.times(session);
        let (handle, sealed) = (handle.as_bytes().as_slice(), self.seal(handle, session)?);
        let row: [&(dyn ToSql + Sync); 6] = [&handle, &version, &sealed, &seen, &ends, &kept];
        let rows = self.query(update, &row).await?;
        let row = rows.first().context("one row")?;
        let flag = |column| row.try_get(column).map_err(anyhow::Error::from);
        Ok(match (flag(0)?, flag(1)?) {
            (true, _) => WriteOutcome::Written,
            (false, true) => WriteOutcome::Outdated,
            (false, false) => WriteOutcome::Deleted,
        })
    }

    async fn delete(&self, handle: Handle, _: &str) -> Result<Option<Arc<UserSession>>> {
        let delete = "DELETE FROM session WHERE handle = $1 RETURNING handle, version, sealed";
        let rows = self.query(delete, &[&handle.as_bytes().as_slice()]).await?;
        self.first(&rows)
    }

    async fn handles_of(&self, user: &str) -> Result<Vec<Handle>> {
        let select = "SELECT handle FROM session WHERE user_name = $1";
        let rows = self.query(select, &[&digest(user).as_slice()]).await?;
        Ok(rows.iter().map(handle_of).collect::<anyhow::Result<_>>()?)
    }
}
