//! A SQLite file of this machine.
//!
//! One process, one connection, one thread: a read sees every earlier write. Concurrent writes
//! share a transaction (group commit), so that they wait for the disk once; each caller gets its
//! result after the commit.

mod check;

use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use parking_lot::Mutex;
use tokio::sync::oneshot;
use tokio_rusqlite::{
    Connection, params,
    rusqlite::{self, OptionalExtension, Transaction, TransactionBehavior},
};

use self::check::{OpenFile, WRITE};
use crate::{Unavailable, unavailable::in_time, write_check::WriteCheck};

/// Longest wait for a lock of another program on the file: less than a request may wait.
const LOCK_TIMEOUT: Duration = Duration::from_millis(500);

/// Page size of a new file, in bytes. Rows of 2 KB waste half of a page of 4 KB.
const PAGE_SIZE: u32 = 16 * 1024;

/// Longest wait at a start for another process to release the file.
const START_TIMEOUT: Duration = Duration::from_secs(3);

/// A write: runs in the transaction, and returns the callback for the time after the commit.
type Job = Box<dyn FnOnce(&mut Transaction<'_>) -> Committed + Send>;
type Committed = Box<dyn FnOnce() + Send>;

/// The open file.
pub struct Database {
    connection: Connection,
    waiting: Arc<Mutex<Vec<Job>>>,
    file: OpenFile,
    timeout: Duration,
    write_check: WriteCheck,
    _lock: File,
}

impl Database {
    /// Opens or creates the file, and a lock file with the extension `.lock`. Reads and writes may
    /// take until `timeout`, such as [`DEFAULT_TIMEOUT`](crate::DEFAULT_TIMEOUT).
    ///
    /// # Errors
    /// Fails if the file cannot be read and written, or another process uses it.
    pub async fn open(path: &Path, timeout: Duration) -> anyhow::Result<Self> {
        let lock = File::create(path.with_extension("lock"))
            .with_context(|| format!("{} cannot be written", path.display()))?;
        // The previous process may still be finishing its requests.
        let began = Instant::now();
        while let Err(error) = lock.try_lock() {
            match error {
                TryLockError::WouldBlock if began.elapsed() < START_TIMEOUT => {
                    tokio::time::sleep(LOCK_TIMEOUT / 10).await
                }
                TryLockError::WouldBlock => {
                    anyhow::bail!("another process uses {}", path.display())
                }
                TryLockError::Error(error) => {
                    return Err(error)
                        .with_context(|| format!("{} cannot be locked", path.display()));
                }
            }
        }
        let connection = Connection::open(path)
            .await
            .with_context(|| format!("cannot open {}", path.display()))?;
        connection
            .call(prepare)
            .await
            .with_context(|| format!("cannot read {}", path.display()))?;
        let file = OpenFile::at(path).with_context(|| format!("cannot find {}", path.display()))?;
        Ok(Self {
            connection,
            waiting: Arc::default(),
            file,
            timeout,
            write_check: WriteCheck::default(),
            _lock: lock,
        })
    }

    /// Runs the migrations of one part of the application that were not run on this file yet, in
    /// order. Never change a released migration; add another.
    ///
    /// # Errors
    /// Fails if a migration fails, or a newer version of the application wrote the file.
    pub async fn migrate(
        &self,
        part: &'static str,
        migrations: &'static [&'static str],
    ) -> anyhow::Result<()> {
        let known = self
            .connection
            .call(move |connection| migrate(connection, part, migrations))
            .await
            .with_context(|| format!("the tables of {part} cannot be migrated"))?;
        anyhow::ensure!(
            known,
            "the tables of {part} were written by a newer version"
        );
        Ok(())
    }

    /// Runs a query, which sees all earlier writes.
    ///
    /// # Errors
    /// [`Unavailable`] if it fails or takes longer than the timeout.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        in_time(self.timeout, async {
            Ok(self
                .connection
                .call(move |connection| query(connection))
                .await?)
        })
        .await
    }

    /// Runs `statements` in a savepoint of a shared transaction: all of them, or none if one fails.
    /// Calls `committed` with their outcome once it is on disk, before any later read.
    ///
    /// # Errors
    /// [`Unavailable`] if it is not committed before the timeout; it may still be committed later.
    pub async fn write<T: Send + 'static>(
        &self,
        statements: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
        committed: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, Unavailable> {
        let (sender, outcome) = oneshot::channel();
        let job: Job = Box::new(move |transaction| {
            let outcome = transaction.savepoint().and_then(|savepoint| {
                let outcome = statements(&savepoint)?;
                savepoint.commit().map(|()| outcome)
            });
            Box::new(move || {
                let _ = outcome.as_ref().map(committed);
                let _ = sender.send(outcome);
            })
        });
        let waiting = Arc::clone(&self.waiting);
        waiting.lock().push(job);
        in_time(self.timeout, async {
            self.connection
                .call(move |connection| commit(connection, &waiting))
                .await?;
            Ok(outcome
                .await
                .context("the write was not committed")?
                .context("the write failed")?)
        })
        .await
    }

    /// Writes a row, at most once a second.
    ///
    /// # Errors
    /// [`Unavailable`] if the file was deleted or replaced, or the row is not committed
    /// before the timeout.
    pub async fn check(&self) -> Result<(), Unavailable> {
        let write_row = async {
            self.file.check_unchanged()?;
            let write = |database: &rusqlite::Connection| database.execute(WRITE, []);
            self.write(write, |_| ()).await?;
            Ok(())
        };
        self.write_check.run(write_row).await
    }
}

/// Commits all waiting jobs. A job that is dropped reports to its caller that nothing was written.
fn commit(
    connection: &mut rusqlite::Connection,
    waiting: &Mutex<Vec<Job>>,
) -> rusqlite::Result<()> {
    let jobs = std::mem::take(&mut *waiting.lock());
    if jobs.is_empty() {
        return Ok(()); // An earlier call has run this one's job.
    }
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut done = Vec::with_capacity(jobs.len());
    for job in jobs {
        done.push(job(&mut transaction));
        // On a full disk SQLite rolls back; the next statements would run outside a transaction.
        if transaction.is_autocommit() {
            break;
        }
    }
    transaction.commit()?;
    done.into_iter().for_each(|committed| committed());
    Ok(())
}

fn prepare(database: &mut rusqlite::Connection) -> rusqlite::Result<()> {
    database.busy_timeout(LOCK_TIMEOUT)?;
    // The first statement, because it only has an effect on an empty file.
    database.pragma_update(None, "page_size", PAGE_SIZE)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    // A commit survives a power failure, not only a crash of this process.
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute_batch(
        "CREATE TABLE IF NOT EXISTS migrated
           (part TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
         CREATE TABLE IF NOT EXISTS write_check
           (one INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT;",
    )
}

/// Runs the missing migrations. Returns `false` if a newer version has migrated the file.
fn migrate(
    database: &mut rusqlite::Connection,
    part: &str,
    migrations: &[&str],
) -> rusqlite::Result<bool> {
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let select = "SELECT version FROM migrated WHERE part = ?1";
    let done: u32 = transaction
        .query_row(select, [part], |row| row.get(0))
        .optional()?
        .unwrap_or(0);
    let newest = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    for (_, migration) in (1..=newest)
        .zip(migrations)
        .skip_while(|(version, _)| *version <= done)
    {
        transaction.execute_batch(migration)?;
    }
    let upsert = "INSERT OR REPLACE INTO migrated (part, version) VALUES (?1, ?2)";
    transaction.execute(upsert, params![part, done.max(newest)])?;
    transaction.commit()?;
    Ok(done <= newest)
}
