//! A SQLite file of this machine.
//!
//! One process, one connection, one thread: what is read is never older than what was written
//! before. Writes that are asked for at the same time share a transaction, so that the disk is
//! waited for once for all of them; each caller hears of success after the commit.

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
    rusqlite::{self, OptionalExtension, TransactionBehavior},
};

use self::check::OpenFile;
use super::{Unavailable, in_time, write_check::WriteCheck};

/// How long SQLite waits for a lock that another program holds on the file; less than a request may
/// wait.
const LOCK_PATIENCE: Duration = Duration::from_millis(500);

/// Bytes of a page of a new file: seven sessions with long tokens fit, of which one would fill a
/// page of 4 KB.
const PAGE_SIZE: u32 = 16 * 1024;

/// How long a start waits for another process to let go of the file.
const START_PATIENCE: Duration = Duration::from_secs(3);

/// Runs in the transaction, and gives back what to do when it is committed.
type Job = Box<dyn FnOnce(&rusqlite::Connection) -> Committed + Send>;
type Committed = Box<dyn FnOnce() + Send>;

/// The open file.
pub struct Database {
    connection: Connection,
    waiting: Arc<Mutex<Vec<Job>>>,
    file: OpenFile,
    write_check: WriteCheck,
    _lock: File,
}

impl Database {
    /// Opens the file, creating it at the first start, and a lock beside it (`.lock` in the place
    /// of its extension).
    ///
    /// # Errors
    /// When it cannot be read and written, or another process uses it.
    pub async fn open(path: &Path) -> anyhow::Result<Self> {
        let lock = File::create(path.with_extension("lock"))
            .with_context(|| format!("{} cannot be written", path.display()))?;
        // The process before this one may still be finishing its requests.
        let began = Instant::now();
        while let Err(error) = lock.try_lock() {
            match error {
                TryLockError::WouldBlock if began.elapsed() < START_PATIENCE => {
                    tokio::time::sleep(LOCK_PATIENCE / 10).await
                }
                TryLockError::WouldBlock => {
                    anyhow::bail!("another backend uses {}", path.display())
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
            write_check: WriteCheck::default(),
            _lock: lock,
        })
    }

    /// Brings the tables of one part of the application up to date. Each migration is run once, in
    /// order; one that was released is never changed.
    ///
    /// # Errors
    /// When one fails, or a newer version of the application wrote the file.
    pub async fn migrate(
        &self,
        part: &'static str,
        migrations: &'static [&'static str],
    ) -> anyhow::Result<()> {
        let known = self
            .connection
            .call(move |connection| migrate(connection, part, migrations))
            .await
            .with_context(|| format!("the tables of {part} cannot be brought up to date"))?;
        anyhow::ensure!(
            known,
            "the tables of {part} were written by a newer version"
        );
        Ok(())
    }

    /// Reads and writes without a deadline, while nobody waits yet.
    ///
    /// # Errors
    /// When it fails.
    pub async fn at_start<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        Ok(self.connection.call(work).await?)
    }

    /// Reads; what earlier writes committed is seen.
    ///
    /// # Errors
    /// When the file cannot be read in time.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
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
    ) -> Result<T, Unavailable> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let outcome = statements(connection);
            Box::new(move || {
                let _ = outcome.as_ref().map(committed);
                let _ = reply.send(outcome);
            })
        });
        let waiting = Arc::clone(&self.waiting);
        waiting.lock().push(job);
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

/// Commits all that waits. Jobs that are dropped here let their callers know that nothing was
/// written.
fn commit(
    connection: &mut rusqlite::Connection,
    waiting: &Mutex<Vec<Job>>,
) -> rusqlite::Result<()> {
    let jobs = std::mem::take(&mut *waiting.lock());
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
    // Before anything else: it counts for a new file only.
    database.pragma_update(None, "page_size", PAGE_SIZE)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    // What was committed survives a power cut, not only a crash of this process.
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute_batch(
        "CREATE TABLE IF NOT EXISTS migrated
           (part TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
         CREATE TABLE IF NOT EXISTS write_check
           (one INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT;",
    )
}

/// Runs what was not run yet; `false` when more was run than is known here.
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
