//! The SQLite file of this machine, `DATA_DIR/sessions.sqlite`: sessions (`SESSION_STORE=sqlite`) and what was ended.
//!
//! One process, one connection, one thread: what is read is never older than what was written before. Writes that are
//! asked for at the same time share a transaction, so that the disk is waited for once for all of them; each caller
//! hears of success after the commit.

use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::sync::oneshot;
use tokio_rusqlite::{
    Connection,
    rusqlite::{self, TransactionBehavior},
};

use super::stores::{StoreUnavailable, in_time};

/// How long SQLite waits for a lock that another program holds on the file; less than a request may wait.
const LOCK_PATIENCE: Duration = Duration::from_millis(500);

/// How long a start waits for another process to let go of the file.
const START_PATIENCE: Duration = Duration::from_secs(3);

/// Each is run once, in order; `PRAGMA user_version` counts them. Never change one that was released.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE session (
        handle TEXT PRIMARY KEY,
        user TEXT NOT NULL,
        generation INTEGER NOT NULL,
        state BLOB NOT NULL,
        expires_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX session_user ON session (user);
    CREATE INDEX session_expires ON session (expires_ms);
    CREATE TABLE revocation (
        id INTEGER PRIMARY KEY,
        entry TEXT NOT NULL,
        until_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX revocation_until ON revocation (until_ms);
"];

/// Runs in the transaction, and gives back what to do when it is committed.
type Job = Box<dyn FnOnce(&rusqlite::Connection) -> Committed + Send>;
type Committed = Box<dyn FnOnce() + Send>;

/// The open file.
pub struct Database {
    connection: Connection,
    waiting: Arc<Mutex<Vec<Job>>>,
    _lock: File,
}

impl Database {
    /// Opens the file in `data_dir`, creating it at the first start.
    ///
    /// # Errors
    /// When it cannot be read and written, or another process uses it.
    pub async fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let lock =
            File::create(data_dir.join("sessions.lock")).context("DATA_DIR cannot be written")?;
        // The process before this one may still be finishing its requests.
        let began = Instant::now();
        while let Err(error) = lock.try_lock() {
            match error {
                TryLockError::WouldBlock if began.elapsed() < START_PATIENCE => {
                    tokio::time::sleep(LOCK_PATIENCE / 10).await
                }
                TryLockError::WouldBlock => {
                    anyhow::bail!("another backend uses DATA_DIR {}", data_dir.display())
                }
                TryLockError::Error(error) => {
                    return Err(error).context("DATA_DIR cannot be locked");
                }
            }
        }
        let path = data_dir.join("sessions.sqlite");
        let connection = Connection::open(&path)
            .await
            .with_context(|| format!("cannot open {}", path.display()))?;
        connection
            .call(prepare)
            .await
            .with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Self {
            connection,
            waiting: Arc::default(),
            _lock: lock,
        })
    }

    /// Reads; what earlier writes committed is seen.
    ///
    /// # Errors
    /// When the file cannot be read in time.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreUnavailable> {
        in_time(async {
            Ok(self
                .connection
                .call(move |connection| query(connection))
                .await?)
        })
        .await
    }

    /// Writes. `committed` is called with the outcome once it is on disk and before any later read.
    ///
    /// # Errors
    /// When it was not committed in time; it may still be, later.
    pub async fn write<T: Send + 'static>(
        &self,
        statements: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
        committed: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, StoreUnavailable> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let outcome = statements(connection);
            Box::new(move || {
                let _ = outcome.as_ref().map(committed);
                let _ = reply.send(outcome);
            })
        });
        let waiting = Arc::clone(&self.waiting);
        queue(&waiting).push(job);
        in_time(async {
            self.connection
                .call(move |connection| commit(connection, &waiting))
                .await?;
            Ok(answer
                .await
                .context("the write was not committed")?
                .context("the write failed")?)
        })
        .await
    }
}

fn queue(waiting: &Mutex<Vec<Job>>) -> std::sync::MutexGuard<'_, Vec<Job>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Commits all that waits. Jobs that are dropped here let their callers know that nothing was written.
fn commit(
    connection: &mut rusqlite::Connection,
    waiting: &Mutex<Vec<Job>>,
) -> rusqlite::Result<()> {
    let jobs = std::mem::take(&mut *queue(waiting));
    if jobs.is_empty() {
        return Ok(()); // An earlier call took this one's job along.
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut done = Vec::with_capacity(jobs.len());
    for job in jobs {
        done.push(job(&transaction));
        // On a full disk SQLite gives the transaction up; the next statements would stand alone.
        if transaction.is_autocommit() {
            break;
        }
    }
    transaction.commit()?;
    done.into_iter().for_each(|committed| committed());
    Ok(())
}

fn prepare(database: &mut rusqlite::Connection) -> rusqlite::Result<()> {
    database.busy_timeout(LOCK_PATIENCE)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    // What was committed survives a power cut, not only a crash of this process.
    database.pragma_update(None, "synchronous", "FULL")?;
    let done: u32 = database.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (version, migration) in (1_u32..)
        .zip(MIGRATIONS)
        .skip_while(|(version, _)| *version <= done)
    {
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database")
    }
}
