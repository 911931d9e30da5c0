//! Where actix-session meets the stores.

use std::time::Instant;

use ::metrics::counter;
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time;
use anyhow::Context;
use jiff::Timestamp;

use super::{Replaced, Store, StoreUnavailable};
use crate::{
    metrics,
    session::{
        Handle, UserSession,
        exchange::{self, Outcome},
        id::new_session_id,
        user_session::{State, json_of, state_of},
    },
};

/// No error reaches actix-session: it would answer 500, without the headers of the middleware around it. Failures are
/// left for our own middleware instead, see `exchange`.
impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let (handle, began) = (Handle::of(key), Instant::now());
        let cached = self.cached(&handle);
        let from = if cached.is_some() {
            "memory"
        } else {
            self.kind().name()
        };
        let json = match (cached, self) {
            (Some(json), _) => Ok(Some(json)),
            (None, Self::Browser(store)) => Ok(store.load(key)),
            (None, Self::Sqlite(_) | Self::Redis(_)) => self.read(&handle).await,
        };
        let json = json.unwrap_or_else(|error| {
            fail(error);
            None
        });
        if json.is_some() {
            exchange::with(|exchange| {
                exchange.handle = Some(handle);
                exchange.read = Some((from, began.elapsed()));
            });
        }
        Ok(json.map(|json| state_of(&json)))
    }

    async fn save(&self, state: State, _: &time::Duration) -> Result<SessionKey, SaveError> {
        let session = parse(&state).map_err(SaveError::Serialization)?;
        let id = SessionKey::try_from(new_session_id())
            .map_err(|error| SaveError::Other(error.into()))?;
        match self.create(&id, &session).await {
            Ok(()) => {
                counter!(metrics::BEGUN).increment(1);
                exchange::with(|exchange| {
                    exchange.begun = Some((Handle::of(&id), session.user.id))
                });
            }
            Err(error) => fail(error),
        }
        Ok(id)
    }

    async fn update(
        &self,
        key: SessionKey,
        state: State,
        _: &time::Duration,
    ) -> Result<SessionKey, UpdateError> {
        let session = parse(&state).map_err(UpdateError::Serialization)?;
        let replaced = match self {
            Self::Browser(store) => store.replace(&key, &session),
            Self::Sqlite(_) | Self::Redis(_) => self.replace(&Handle::of(&key), &session).await,
        };
        match replaced {
            Ok(Replaced::Yes) => {}
            // What was to be written is older than what is there, which stays.
            Ok(Replaced::Outdated) => counter!(metrics::RACES_LOST).increment(1),
            Ok(Replaced::Ended) => {
                counter!(metrics::RACES_LOST).increment(1);
                exchange::with(|exchange| exchange.outcome = Outcome::Withheld);
            }
            Err(error) => fail(error),
        }
        Ok(key)
    }

    /// Sessions carry their own times; a TTL in the store alone never keeps one alive.
    async fn update_ttl(&self, _: &SessionKey, _: &time::Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let until = match self {
            Self::Browser(store) => store.latest_end(),
            Self::Sqlite(_) | Self::Redis(_) => Timestamp::MAX,
        };
        self.end(&Handle::of(key), until).await.unwrap_or_else(fail);
        exchange::with(|exchange| exchange.outcome = Outcome::Cleared);
        Ok(())
    }
}

fn fail(error: StoreUnavailable) {
    exchange::with(|exchange| exchange.failure = Some(error.into()));
}

fn parse(state: &State) -> anyhow::Result<UserSession> {
    let json = json_of(state).context("the state holds no session")?;
    Ok(serde_json::from_str(json)?)
}
