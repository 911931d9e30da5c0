//! The revocation list: what makes a session end at once although somebody still holds it.
//!
//! Asked in memory at every request. On one machine it is kept in SQLite, on several in Redis,
//! which pushes what other nodes add. Each entry lives as long as the sessions it ends could have
//! lived. When it cannot be read at start, the process does not start: it would forget who signed
//! out.

mod earlier_format;
mod entry;
mod file;
mod list;
mod shared;
mod stream;

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::{
    clock::Clock,
    storage::{
        Unavailable,
        redis::{HEARTBEAT, Redis},
        sqlite::Database,
    },
};
use entry::Entry;
pub use entry::{Name, Reason, Revocation, Subject};
use file::FileLog;
use list::List;
use shared::SharedLog;
pub use stream::STREAM;
use stream::Stream;

/// What was ended before its time.
pub struct Revocations {
    list: Arc<List>,
    log: Log,
    clock: Clock,
    /// The newest time that an entry was given, in milliseconds since 1970.
    newest_ms: AtomicI64,
}

/// Where the list is kept.
enum Log {
    File(FileLog),
    Shared(Arc<SharedLog>),
}

/// A session, as the list looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
    /// Its public name.
    pub handle: Name,
    /// The user's id at the provider.
    pub user: &'a str,
    /// The session at the provider that it came from (`sid`), if that has a name.
    pub provider_session: Option<&'a str>,
    /// When it began.
    pub created_at: Timestamp,
}

/// What became of a revocation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Added {
    /// The sessions are over. No restart forgets it, and other nodes are about to know.
    Yes,
    /// Its logout token was taken before, here or on another node; nothing was done.
    TokenTakenBefore,
}

impl Revocations {
    /// Reads the list of this machine.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn open(database: Arc<Database>, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let list = Arc::new(List::new());
        let log = FileLog::open(database, Arc::clone(&list), clock.clone())
            .await
            .context("the revocation list cannot be read")?;
        Ok(Arc::new(Self::new(list, Log::File(log), clock)))
    }

    /// Reads the list that several nodes share, and follows it. `changed` is to be notified when
    /// Redis says that [`STREAM`] has changed; `longest` is how long a session may live.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn open_shared(
        redis: Arc<Redis>,
        longest: Duration,
        changed: Arc<Notify>,
        clock: Clock,
    ) -> anyhow::Result<Arc<Self>> {
        let list = Arc::new(List::new());
        let stream = Stream { redis, longest };
        let log = SharedLog::new(stream, Arc::clone(&list), clock.clone());
        log.catch_up()
            .await
            .context("the revocation list cannot be read")?;
        let log = Arc::new(log);
        tokio::spawn(follow(Arc::downgrade(&log), changed));
        Ok(Arc::new(Self::new(list, Log::Shared(log), clock)))
    }

    fn new(list: Arc<List>, log: Log, clock: Clock) -> Self {
        Self {
            list,
            log,
            clock,
            newest_ms: AtomicI64::new(0),
        }
    }

    /// From now on `listener` is told of each entry as soon as it is in force, whichever node added
    /// it; perhaps more than once. Only the first listener is.
    pub fn on_entry(&self, listener: impl Fn(&Subject) + Send + Sync + 'static) {
        let _ = self.list.listener.set(Box::new(listener));
    }

    /// Ends sessions: those that began until now. What is written down is in force, even if nobody
    /// waits for it any more. Ending what has ended already writes nothing.
    ///
    /// # Errors
    /// When it was not written in time; the sessions may live on, or not.
    pub async fn add(&self, revocation: Revocation) -> Result<Added, Unavailable> {
        if self.is_known(&revocation) {
            return Ok(Added::Yes);
        }
        let entry = Entry {
            subject: revocation.subject,
            reason: revocation.reason,
            before: self.now_or_later(),
            until: revocation.until,
        };
        let logout_token = revocation.logout_token;
        match &self.log {
            Log::File(log) => log.add(entry, logout_token).await,
            Log::Shared(log) => {
                let log = Arc::clone(log);
                let write = async move { log.add(entry, logout_token).await };
                tokio::spawn(write).await.map_err(anyhow::Error::from)?
            }
        }
    }

    /// Why this session was ended; `None` when it was not.
    ///
    /// # Errors
    /// When what other nodes ended is not known.
    pub fn reason(&self, session: &Session<'_>) -> Result<Option<Reason>, Unavailable> {
        self.vouch()?;
        Ok(self.list.find(session))
    }

    /// Why the session with this handle was ended; `None` when it was not, or only together with
    /// others.
    ///
    /// # Errors
    /// When what other nodes ended is not known.
    pub fn reason_by_handle(&self, handle: Name) -> Result<Option<Reason>, Unavailable> {
        self.vouch()?;
        Ok(self.list.find_by_handle(&handle))
    }

    /// When a session that begins now is to be said to have begun: after the newest end of its
    /// user, whatever the clocks of other nodes said.
    pub fn beginning(&self, user: &str, provider_session: Option<&str>) -> Timestamp {
        let now = self.clock.now();
        let after_end = self
            .list
            .newest_end(user, provider_session)
            .and_then(|end| Timestamp::from_millisecond(end + 1).ok());
        after_end.map_or(now, |after| after.max(now))
    }

    /// Whether what keeps the list answers now.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<(), Unavailable> {
        match &self.log {
            Log::File(log) => log.database.check().await,
            Log::Shared(log) => log.vouch(),
        }
    }

    /// Whether it is known what other nodes ended.
    fn vouch(&self) -> Result<(), Unavailable> {
        match &self.log {
            Log::File(_) => Ok(()),
            Log::Shared(log) => log.vouch(),
        }
    }

    fn is_known(&self, revocation: &Revocation) -> bool {
        let ended = match revocation.subject {
            Subject::Session(handle) => self.list.find_by_handle(&handle).is_some(),
            _ => false,
        };
        ended || revocation.until <= self.clock.now()
    }

    /// Never before an earlier end, even when the clock was set back: what that one meant, this one
    /// means too.
    fn now_or_later(&self) -> Timestamp {
        let now = self.clock.now().as_millisecond();
        let newest = self.newest_ms.fetch_max(now, Ordering::Relaxed).max(now);
        Timestamp::from_millisecond(newest).unwrap_or(Timestamp::MAX)
    }
}

/// Reads the shared list whenever it changes, and now and then, for as long as somebody holds it.
async fn follow(log: Weak<SharedLog>, changed: Arc<Notify>) {
    loop {
        let _ = tokio::time::timeout(HEARTBEAT, changed.notified()).await;
        let Some(log) = log.upgrade() else { return };
        if let Err(error) = log.catch_up().await {
            tracing::warn!(%error, "the shared revocation list cannot be read");
            tokio::time::sleep(HEARTBEAT).await;
        }
    }
}
