//! Where sessions are kept, behind one contract. actix-session calls it; the variants do the work.
//!
//! What every store promises: an ended session never comes back (a write to one is a no-op, never an upsert), a slow
//! request cannot put an older version over a newer one, and a failing store is reported as such within a second, never
//! as "signed out".

mod actix;
mod browser;
mod cache;
mod record;
mod redis;
mod sqlite;

use std::sync::Arc;

use actix_session::storage::SessionKey;
use anyhow::Context;
use clap::ValueEnum;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

pub use browser::{BrowserStore, TooLarge};
pub(super) use cache::SessionCache;
pub use record::Replaced;
pub(super) use record::{number_and_value, numbered};
pub(super) use redis::{RedisStore, handle_of, key_of};
pub(super) use sqlite::SqliteStore;

use super::{Handle, user_session::UserSession};
pub use crate::storage::Unavailable as StoreUnavailable;

/// The stores there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema, ValueEnum)]
#[serde(rename_all = "lowercase")]
#[schema(as = SessionStoreKind)]
pub enum StoreKind {
    /// The whole session, sealed, in the browser's cookies.
    Cookie,
    /// An embedded database: one machine, nothing else to run.
    Sqlite,
    /// Redis or Valkey (`REDIS_URL`): several machines.
    Redis,
}

impl StoreKind {
    fn name(self) -> &'static str {
        match self {
            Self::Cookie => "cookies",
            Self::Sqlite => "sqlite",
            Self::Redis => "redis",
        }
    }
}

/// The store of this process, shared by its workers.
#[derive(Clone)]
pub enum Store {
    /// Client-side sessions.
    Browser(Arc<BrowserStore>),
    /// Server-side sessions of one machine.
    Sqlite(Arc<SqliteStore>),
    /// Server-side sessions of several machines.
    Redis(Arc<RedisStore>),
}

impl Store {
    /// Which store this is.
    #[must_use]
    pub fn kind(&self) -> StoreKind {
        match self {
            Self::Browser(_) => StoreKind::Cookie,
            Self::Sqlite(_) => StoreKind::Sqlite,
            Self::Redis(_) => StoreKind::Redis,
        }
    }

    /// Whether this store can keep `session`.
    ///
    /// # Errors
    /// [`TooLarge`] when its cookies would exceed the budget.
    pub fn admits(&self, session: &UserSession) -> Result<(), TooLarge> {
        match self {
            Self::Browser(store) => store.admits(session),
            Self::Sqlite(_) | Self::Redis(_) => Ok(()),
        }
    }

    /// A session as the server holds it now; `None` when it holds none, as ever in client-side mode.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn stored(&self, handle: &Handle) -> Result<Option<UserSession>, StoreUnavailable> {
        match self.cached(handle) {
            Some(json) => parsed(&json).map(Some),
            None => self.stored_now(handle).await,
        }
    }

    /// The same, as the store itself says, whatever this process read before.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn stored_now(
        &self,
        handle: &Handle,
    ) -> Result<Option<UserSession>, StoreUnavailable> {
        self.read(handle)
            .await?
            .map(|json| parsed(&json))
            .transpose()
    }

    /// A session's JSON from memory.
    fn cached(&self, handle: &Handle) -> Option<Arc<str>> {
        match self {
            Self::Browser(_) => None,
            Self::Sqlite(store) => store.cached(handle),
            Self::Redis(store) => store.cached(handle),
        }
    }

    /// A session's JSON from the store itself.
    async fn read(&self, handle: &Handle) -> Result<Option<Arc<str>>, StoreUnavailable> {
        match self {
            Self::Browser(_) => Ok(None),
            Self::Sqlite(store) => store.read(handle).await,
            Self::Redis(store) => store.read(handle).await,
        }
    }

    /// The sessions of a user; none in client-side mode, where nobody can count them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sessions_of(
        &self,
        user: &str,
    ) -> Result<Vec<(Handle, UserSession)>, StoreUnavailable> {
        let handles = match self {
            Self::Browser(_) => Vec::new(),
            Self::Sqlite(store) => store.handles_of(user).await?,
            Self::Redis(store) => store.handles_of(user).await?,
        };
        let found = try_join_all(handles.iter().map(|handle| self.stored(handle))).await?;
        if let Self::Redis(store) = self {
            let ended = handles
                .iter()
                .zip(&found)
                .filter(|(_, found)| found.is_none())
                .map(|(handle, _)| handle);
            store.unlist(user, &ended.collect::<Vec<_>>()).await?;
        }
        Ok(handles
            .into_iter()
            .zip(found)
            .filter_map(|(handle, found)| Some((handle, found?)))
            .collect())
    }

    /// Puts the next version of a session in the place of the one before, in server-side modes.
    ///
    /// # Errors
    /// When the store does not answer: it may have been written or not.
    pub async fn replace(
        &self,
        handle: &Handle,
        session: &UserSession,
    ) -> Result<Replaced, StoreUnavailable> {
        match self {
            Self::Browser(_) => Ok(Replaced::Yes),
            Self::Sqlite(store) => store.replace(handle, session).await,
            Self::Redis(store) => store.replace(handle, session).await,
        }
    }

    /// Ends a session for good, whoever still writes to it. `until` is when it would have ended by itself.
    ///
    /// # Errors
    /// When the store does not answer: the session may still be alive.
    pub async fn end(&self, handle: &Handle, until: Timestamp) -> Result<(), StoreUnavailable> {
        match self {
            Self::Browser(store) => store.end(handle, until).await,
            Self::Sqlite(store) => store.end(handle).await,
            Self::Redis(store) => store.end(handle).await,
        }
    }

    /// Keeps a new session under a new id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn create(
        &self,
        id: &SessionKey,
        session: &UserSession,
    ) -> Result<(), StoreUnavailable> {
        let handle = Handle::of(id);
        match self {
            Self::Browser(store) => store.seal(id, session).map_err(StoreUnavailable::from),
            Self::Sqlite(store) => store.create(&handle, session).await,
            Self::Redis(store) => store.create(&handle, session).await,
        }
    }
}

fn parsed(json: &str) -> Result<UserSession, StoreUnavailable> {
    Ok(serde_json::from_str(json).context("a stored session cannot be read")?)
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store::{:?}", self.kind())
    }
}
