//! The revocation list: what makes a session end at once although somebody still holds it.
//!
//! Asked in memory on every request. On one machine it is kept in SQLite, on several in Redis, which pushes what other
//! nodes add. Each entry lives as long as the sessions it ends could have lived. When it cannot be read at start, the
//! process does not start: it would forget who signed out.

mod ended;
mod entry;

use std::{
    sync::{Arc, LazyLock, Weak},
    time::{Duration, Instant},
};

use anyhow::Context;
use parking_lot::{Mutex, RwLock};
use redis::{Script, streams::StreamRangeReply};
use tokio::sync::Notify;
use tokio_rusqlite::{params, rusqlite};

use super::{Handle, UserSession};
use crate::{
    clock::Clock,
    storage::{
        Unavailable,
        redis::{HEARTBEAT, Redis, TRUST},
        sqlite::Database,
    },
};
use ended::Ended;
pub use entry::{Reason, Revocation, Subject, UserEnd};

/// The Redis stream that holds the list.
pub const STREAM: &str = "session-revocations";

/// Adds an entry, dropping those that outlived the sessions they end. ARGV: the entry, the longest life of a session in
/// milliseconds.
static ADD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local oldest = math.floor(time[1] * 1000 + time[2] / 1000 - ARGV[2])
         local id = redis.call('XADD', KEYS[1], 'MINID', '~', oldest, '*', 'entry', ARGV[1])
         redis.call('PEXPIRE', KEYS[1], ARGV[2])
         return id",
    )
});

/// The table of the list; `Database::migrate` tells when each is run.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE IF NOT EXISTS revocation (
        id INTEGER PRIMARY KEY,
        entry TEXT NOT NULL,
        until_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS revocation_until ON revocation (until_ms);
"];

/// Entries read in one call.
const BATCH: usize = 1_000;

/// What was ended before its time.
pub struct Revocations {
    ended: RwLock<Ended>,
    log: Log,
    clock: Clock,
}

/// Where the list is kept.
enum Log {
    File(Arc<Database>),
    Shared {
        redis: Arc<Redis>,
        longest: Duration,
        read: Mutex<Read>,
    },
}

/// How far the shared list was read, and when.
struct Read {
    last: String,
    at: Option<Instant>,
}

impl Revocations {
    /// Reads the list of this machine.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn open(database: Arc<Database>, clock: Clock) -> anyhow::Result<Arc<Self>> {
        database.migrate("revocation", MIGRATIONS).await?;
        let now = clock.now().as_millisecond();
        let read = move |database: &rusqlite::Connection| {
            let mut select =
                database.prepare("SELECT entry FROM revocation WHERE until_ms > ?1")?;
            select
                .query_map([now], |row| row.get::<_, String>(0))?
                .collect::<Result<Vec<_>, _>>()
        };
        let entries = database.read(read).await?;
        let list = Self {
            ended: RwLock::default(),
            log: Log::File(database),
            clock,
        };
        for entry in entries {
            list.apply(serde_json::from_str(&entry).context("the revocation list cannot be read")?);
        }
        Ok(Arc::new(list))
    }

    /// Reads the list that several nodes share, and follows it. `changed` is to be notified when Redis says that the
    /// stream has changed; `longest` is how long a session may live.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn open_shared(
        redis: Arc<Redis>,
        longest: Duration,
        changed: Arc<Notify>,
        clock: Clock,
    ) -> anyhow::Result<Arc<Self>> {
        let read = Mutex::new(Read {
            last: "-".to_owned(),
            at: None,
        });
        let list = Arc::new(Self {
            ended: RwLock::default(),
            log: Log::Shared {
                redis,
                longest,
                read,
            },
            clock,
        });
        list.catch_up()
            .await
            .context("the revocation list cannot be read")?;
        tokio::spawn(follow(Arc::downgrade(&list), changed));
        Ok(list)
    }

    /// Ends sessions. When this returns, no restart forgets it, and other nodes are about to know.
    ///
    /// # Errors
    /// When it could not be written in time; the sessions may live on.
    pub async fn add(&self, revocation: Revocation) -> Result<(), Unavailable> {
        let (now, until) = (
            self.clock.now().as_millisecond(),
            revocation.until.as_millisecond(),
        );
        if until <= now {
            return Ok(());
        }
        let entry = serde_json::to_string(&revocation).map_err(anyhow::Error::from)?;
        match &self.log {
            Log::File(database) => {
                let insert = move |database: &rusqlite::Connection| {
                    database
                        .prepare_cached("DELETE FROM revocation WHERE until_ms <= ?1")?
                        .execute([now])?;
                    let row = "INSERT INTO revocation (entry, until_ms) VALUES (?1, ?2)";
                    database.prepare_cached(row)?.execute(params![entry, until])
                };
                database.write(insert, |_| ()).await?;
            }
            Log::Shared { redis, longest, .. } => {
                let mut call = ADD.key(STREAM);
                redis
                    .run_script::<String>(call.arg(entry).arg(longest.as_millis()))
                    .await?;
            }
        }
        self.apply(revocation);
        Ok(())
    }

    /// Why this session was ended; `None` when it was not.
    ///
    /// # Errors
    /// When what other nodes ended is not known.
    pub fn find(
        &self,
        handle: &Handle,
        session: &UserSession,
    ) -> Result<Option<Reason>, Unavailable> {
        self.is_current()?;
        Ok(self.ended.read().find(handle, session))
    }

    /// Whether this session was ended.
    ///
    /// # Errors
    /// When what other nodes ended is not known.
    pub fn contain(&self, handle: &Handle, session: &UserSession) -> Result<bool, Unavailable> {
        Ok(self.find(handle, session)?.is_some())
    }

    /// Whether a logout token was taken before (`jti`, as a pseudonym).
    ///
    /// # Errors
    /// When what other nodes took is not known.
    pub fn took(&self, logout_token: &str) -> Result<bool, Unavailable> {
        self.is_current()?;
        Ok(self.ended.read().took(logout_token))
    }

    /// Whether what keeps the list answers now; the sessions of server-side modes are kept in the same place.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<(), Unavailable> {
        match &self.log {
            Log::File(database) => {
                database
                    .read(|database| database.query_row("SELECT 1", [], |_| Ok(())))
                    .await
            }
            Log::Shared { .. } => self.is_current(),
        }
    }

    /// # Errors
    /// When the list that is shared with other nodes was not read lately.
    fn is_current(&self) -> Result<(), Unavailable> {
        match &self.log {
            Log::Shared { read, .. } if read.lock().at.is_none_or(|at| at.elapsed() >= TRUST) => {
                Err(anyhow::anyhow!("the shared revocation list cannot be read").into())
            }
            _ => Ok(()),
        }
    }

    fn apply(&self, revocation: Revocation) {
        self.ended.write().add(revocation, self.clock.now());
    }

    /// Reads what was added to the shared list since the last time.
    async fn catch_up(&self) -> Result<(), Unavailable> {
        let Log::Shared { redis, read, .. } = &self.log else {
            return Ok(());
        };
        loop {
            let (began, last) = (Instant::now(), read.lock().last.clone());
            let range = redis::cmd("XRANGE")
                .arg(STREAM)
                .arg(&last)
                .arg("+")
                .arg("COUNT")
                .arg(BATCH)
                .take();
            let added: StreamRangeReply = redis.run(&range).await?;
            for id in &added.ids {
                let entry = id
                    .get::<String>("entry")
                    .and_then(|entry| serde_json::from_str(&entry).ok());
                self.apply(entry.context("an entry of the shared revocation list cannot be read")?);
            }
            let mut read = read.lock();
            read.last = added.ids.last().map_or(last, |id| format!("({}", id.id));
            if added.ids.len() < BATCH {
                read.at = Some(began);
                return Ok(());
            }
        }
    }
}

/// Reads the shared list whenever it changes, and now and then, for as long as somebody holds it.
async fn follow(list: Weak<Revocations>, changed: Arc<Notify>) {
    loop {
        let _ = tokio::time::timeout(HEARTBEAT, changed.notified()).await;
        let Some(list) = list.upgrade() else { return };
        if let Err(error) = list.catch_up().await {
            tracing::warn!(%error, "the shared revocation list cannot be read");
            tokio::time::sleep(HEARTBEAT).await;
        }
    }
}

impl std::fmt::Debug for Revocations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Revocations")
    }
}
