//! The revocation list: every operation on it.

use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use storage::{Clock, Unavailable};

use crate::{
    entry::{GRACE, Name, Revocation, Scope},
    list::List,
    log::Log,
    logged::{self, LoggedList},
    order::Event,
    session::{Added, Session},
};
#[cfg(feature = "redis")]
use crate::{
    shared::{SharedList, follow},
    stream::{STREAM, Stream},
};

/// The revoked sessions.
pub struct RevocationList {
    list: Arc<List>,
    persistence: Persistence,
    clock: Clock,
}

/// The storage of the list, which survives a restart.
enum Persistence {
    #[cfg(feature = "sqlite")]
    File(crate::file::File),
    #[cfg(feature = "redis")]
    Shared(Arc<SharedList>),
    Logged(Arc<LoggedList>),
}

impl RevocationList {
    /// Opens the list of one machine.
    ///
    /// # Errors
    /// If the list cannot be read: a process without it would accept revoked sessions.
    #[cfg(feature = "sqlite")]
    pub async fn open(database: Arc<storage::Database>, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let list = Arc::new(List::new());
        let file = crate::file::File::open(database, Arc::clone(&list), clock.clone())
            .await
            .context("the revocation list cannot be read")?;
        Ok(Self::new(list, Persistence::File(file), clock))
    }

    /// Opens the list that several nodes share, and follows it. Notify `changed` of each push for
    /// which [`Self::is_changed_by`] is true.
    ///
    /// # Errors
    /// If the list cannot be read: a process without it would accept revoked sessions.
    #[cfg(feature = "redis")]
    pub async fn open_shared(
        redis: Arc<storage::Redis>,
        max_session_lifetime: std::time::Duration,
        changed: Arc<tokio::sync::Notify>,
        clock: Clock,
    ) -> anyhow::Result<Arc<Self>> {
        let list = Arc::new(List::new());
        let stream = Stream {
            redis,
            max_session_lifetime,
        };
        let shared = SharedList::new(stream, Arc::clone(&list), clock.clone());
        shared
            .catch_up()
            .await
            .context("the revocation list cannot be read")?;
        let shared = Arc::new(shared);
        tokio::spawn(follow(Arc::downgrade(&shared), changed));
        Ok(Self::new(list, Persistence::Shared(shared), clock))
    }

    /// Opens the list that several nodes share in a database of your own, and reads it regularly.
    /// Call [`Self::catch_up`] before a check that must not miss a revocation.
    ///
    /// # Errors
    /// If the list cannot be read: a process without it would accept revoked sessions.
    pub async fn open_log(log: Arc<dyn Log>, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let list = Arc::new(List::new());
        let logged = LoggedList::new(log, Arc::clone(&list), clock.clone());
        logged
            .catch_up()
            .await
            .context("the revocation list cannot be read")?;
        let logged = Arc::new(logged);
        tokio::spawn(logged::follow(Arc::downgrade(&logged)));
        Ok(Self::new(list, Persistence::Logged(logged), clock))
    }

    fn new(list: Arc<List>, persistence: Persistence, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            list,
            persistence,
            clock,
        })
    }

    /// Returns `true` if this push of Redis means that other nodes may have added entries.
    #[cfg(feature = "redis")]
    pub fn is_changed_by(push: &storage::Push) -> bool {
        let is_own_key = matches!(push, storage::Push::Changed(key) if key == STREAM);
        is_own_key || matches!(push, storage::Push::Lost)
    }

    /// Registers the only callback for entries. It is called for each entry of any node when it is
    /// in force, possibly more than once.
    pub fn on_entry(&self, callback: impl Fn(&Scope) + Send + Sync + 'static) {
        let _ = self.list.on_entry.set(Box::new(callback));
    }

    /// Records a sign-in and returns `created_at` for its session: later than every earlier
    /// revocation of any node, and not later than any that follows, even if clocks differ.
    ///
    /// # Errors
    /// If it cannot be recorded. Do not begin the session then.
    pub async fn record_sign_in(&self) -> Result<Timestamp, Unavailable> {
        match &self.persistence {
            #[cfg(feature = "sqlite")]
            Persistence::File(file) => file.number_sign_in().await,
            #[cfg(feature = "redis")]
            Persistence::Shared(shared) => shared.number(Event::SignIn).await,
            Persistence::Logged(logged) => logged.number(Event::SignIn).await,
        }
    }

    /// Revokes sessions. A session that is revoked by name keeps its first reason; a second
    /// revocation of the same user or provider session replaces the reason. Completes even if the
    /// caller is cancelled.
    ///
    /// # Errors
    /// If it was not written in time. The sessions may or may not be revoked.
    pub async fn add(&self, revocation: Revocation) -> Result<Added, Unavailable> {
        if self.is_superfluous(&revocation) {
            return Ok(Added::Recorded);
        }
        match &self.persistence {
            #[cfg(feature = "sqlite")]
            Persistence::File(file) => file.add(revocation).await,
            #[cfg(feature = "redis")]
            Persistence::Shared(shared) => {
                let shared = Arc::clone(shared);
                let write = async move { shared.add(revocation).await };
                tokio::spawn(write).await.map_err(anyhow::Error::from)?
            }
            Persistence::Logged(logged) => {
                let logged = Arc::clone(logged);
                let write = async move { logged.add(revocation).await };
                tokio::spawn(write).await.map_err(anyhow::Error::from)?
            }
        }
    }

    /// Returns the reason of the session's revocation, or `None` if it is not revoked. Takes no
    /// I/O.
    ///
    /// # Errors
    /// If the revocations of other nodes are unknown for two seconds. Respond with 503: the session
    /// is neither valid nor revoked.
    pub fn find(&self, session: &Session<'_>) -> Result<Option<u8>, Unavailable> {
        self.ensure_current()?;
        Ok(self.list.find(session))
    }

    /// Returns the reason of a revocation of this session by [`Scope::session`].
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_by_name(&self, name: Name) -> Result<Option<u8>, Unavailable> {
        self.ensure_current()?;
        Ok(self.list.find_by_name(&name))
    }

    /// Checks that the list can be read and, on one machine, written.
    pub async fn check(&self) -> Result<(), Unavailable> {
        match &self.persistence {
            #[cfg(feature = "sqlite")]
            Persistence::File(file) => file.check().await,
            #[cfg(feature = "redis")]
            Persistence::Shared(shared) => shared.ensure_current(),
            Persistence::Logged(logged) => logged.catch_up().await,
        }
    }

    /// Reads the newest entries of a list in a database of your own. If a shared list was read too
    /// long ago, waits for the next read. Takes no time otherwise.
    ///
    /// # Errors
    /// If the list cannot be read.
    pub async fn catch_up(&self) -> Result<(), Unavailable> {
        match &self.persistence {
            Persistence::Logged(logged) => logged.catch_up().await,
            #[cfg(feature = "sqlite")]
            Persistence::File(_) => Ok(()),
            #[cfg(feature = "redis")]
            Persistence::Shared(shared) => shared.wait_until_current().await,
        }
    }

    fn ensure_current(&self) -> Result<(), Unavailable> {
        match &self.persistence {
            #[cfg(feature = "sqlite")]
            Persistence::File(_) => Ok(()),
            #[cfg(feature = "redis")]
            Persistence::Shared(shared) => shared.ensure_current(),
            Persistence::Logged(logged) => logged.ensure_current(),
        }
    }

    /// Returns `true` if the session is revoked by name already, or all sessions expired long ago.
    fn is_superfluous(&self, revocation: &Revocation) -> bool {
        let found = |name| self.list.find_by_name(&name).is_some();
        let is_revoked = revocation.token.is_none()
            && matches!(revocation.scope, Scope::Session(name) if found(name));
        is_revoked || revocation.until <= self.clock.now() - GRACE
    }
}
