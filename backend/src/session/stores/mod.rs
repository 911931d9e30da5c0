//! Where sessions are kept, behind one contract. actix-session calls it; the variants do the work.
//!
//! What every store promises: an ended session never comes back (a write to one is a no-op, never an upsert), a slow
//! request cannot put an older version over a newer one, and a failing store is reported as such, never as "signed out".

mod browser;

use std::sync::Arc;

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use clap::ValueEnum;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

pub use browser::{BrowserStore, TooLarge};

use super::{
    Handle,
    exchange::{self, Outcome},
    user_session::{State, UserSession, json_of, state_of},
};
use crate::error::ApiError;

/// The stores there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema, ValueEnum)]
#[serde(rename_all = "lowercase")]
#[schema(as = SessionStoreKind)]
pub enum StoreKind {
    /// The whole session, sealed, in the browser's cookies.
    Cookie,
}

/// A store that cannot do its work at the moment; the session is neither lost nor ended.
#[derive(Debug, thiserror::Error)]
#[error("the session store is unavailable: {0:#}")]
pub struct StoreUnavailable(#[from] pub(crate) anyhow::Error);

impl From<tokio_rusqlite::Error> for StoreUnavailable {
    fn from(error: tokio_rusqlite::Error) -> Self {
        Self(error.into())
    }
}

impl From<StoreUnavailable> for ApiError {
    /// Logs the cause, which the answer keeps to itself.
    fn from(error: StoreUnavailable) -> Self {
        tracing::error!(%error, "session store failed");
        Self::SessionStoreUnavailable
    }
}

/// The store of this process, shared by its workers.
#[derive(Clone, Debug)]
pub enum Store {
    /// Client-side sessions.
    Browser(Arc<BrowserStore>),
}

impl Store {
    /// Which store this is.
    #[must_use]
    pub fn kind(&self) -> StoreKind {
        match self {
            Self::Browser(_) => StoreKind::Cookie,
        }
    }

    /// Whether this store can keep `session`.
    ///
    /// # Errors
    /// [`TooLarge`] when its cookies would exceed the budget.
    pub fn admits(&self, session: &UserSession) -> Result<(), TooLarge> {
        match self {
            Self::Browser(store) => store.admits(session),
        }
    }

    /// Ends a session for good, whoever still writes to it. `until` is when it would have ended by itself.
    ///
    /// # Errors
    /// When the store does not answer: the session may still be alive.
    pub async fn end(&self, handle: &Handle, until: Timestamp) -> Result<(), StoreUnavailable> {
        match self {
            Self::Browser(store) => store.end(handle, until).await,
        }
    }

    /// Whether this session was ended before its time.
    #[must_use]
    pub fn has_ended(&self, handle: &Handle) -> bool {
        match self {
            Self::Browser(store) => store.has_ended(handle),
        }
    }
}

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let json = match self {
            Self::Browser(store) => store.load(key),
        };
        if json.is_some() {
            exchange::with(|exchange| exchange.handle = Some(Handle::of(key)));
        }
        Ok(json.map(state_of))
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let session = parse(&state).map_err(SaveError::Serialization)?;
        match self {
            Self::Browser(store) => store.create(&session).map_err(SaveError::Other),
        }
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        let session = parse(&state).map_err(UpdateError::Serialization)?;
        match self {
            Self::Browser(store) => store.replace(&key, &session).map_err(UpdateError::Other)?,
        }
        Ok(key)
    }

    /// Sessions carry their own times; a TTL in the store alone never keeps one alive.
    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let until = match self {
            Self::Browser(store) => store.latest_end(),
        };
        if let Err(error) = self.end(&Handle::of(key), until).await {
            // Left for the middleware. actix-session is told nothing: it would answer 500, without the headers of the
            // middleware around it.
            exchange::with(|exchange| exchange.failure = Some(error.into()));
        }
        exchange::with(|exchange| exchange.outcome = Outcome::Cleared);
        Ok(())
    }
}

fn parse(state: &State) -> anyhow::Result<UserSession> {
    let json = json_of(state).ok_or_else(|| anyhow::anyhow!("the state holds no session"))?;
    Ok(serde_json::from_str(json)?)
}
