//! Where sessions are kept, behind one contract. Nobody outside asks which store it is.
//!
//! What every store promises: an ended session never comes back (a write to one is a no-op, never
//! an upsert), a slow request cannot put an older version over a newer one, and a failing store is
//! reported as such within a second, never as "signed out". What ended before its time is on the
//! revocation list, in every mode.

mod browser;
mod cache;
mod changes;
pub mod chunks;
mod errors;
mod kind;
mod lifecycle;
mod open;
mod record;
mod redis;
mod sqlite;
mod successors;
mod sweep;

use std::{num::NonZeroUsize, sync::Arc};

use ::metrics::counter;

use browser::BrowserStore;
pub use errors::{CreateError, TooLarge};
pub use kind::StoreKind;
pub use open::{Opened, open};
pub use record::Replaced;
use redis::RedisStore;
pub use redis::key_of;
use sqlite::SqliteStore;

use super::{
    Handle, Timeouts, UserSession,
    event_streams::EventStreams,
    request::SessionCookies,
    revocation::{self, Reason, Revocations},
};
use crate::{clock::Clock, metrics, storage::Unavailable};

/// The store of this process, shared by its workers.
#[derive(Clone)]
pub struct Store {
    place: Place,
    revocations: Arc<Revocations>,
    pub(in crate::session) streams: Arc<EventStreams>,
    timeouts: Timeouts,
    most_per_user: NonZeroUsize,
    clock: Clock,
}

#[derive(Clone)]
enum Place {
    Browser(Arc<BrowserStore>),
    Sqlite(Arc<SqliteStore>),
    Redis(Arc<RedisStore>),
}

/// A session under its public name.
pub type Named = (Handle, Arc<UserSession>);

impl Store {
    /// The session as far as nobody has to be asked: the one in these cookies, or in memory, and
    /// whether it was opened before.
    pub fn open_here(
        &self,
        handle: Handle,
        cookies: &SessionCookies,
    ) -> Option<(Arc<UserSession>, bool)> {
        match &self.place {
            Place::Browser(store) => store.open(handle, cookies),
            Place::Sqlite(_) | Place::Redis(_) => Some((self.cached(handle)?, true)),
        }
    }

    /// The session in these cookies; none where the server stores sessions.
    pub fn held_by_browser(
        &self,
        handle: Handle,
        cookies: &SessionCookies,
    ) -> Option<Arc<UserSession>> {
        match &self.place {
            Place::Browser(store) => Some(store.open(handle, cookies)?.0),
            Place::Sqlite(_) | Place::Redis(_) => None,
        }
    }

    /// Whether a session is alive: neither timeout has passed, and nobody ended it.
    ///
    /// # Errors
    /// When it is not known what other nodes ended.
    pub fn life(&self, handle: Handle, session: &UserSession) -> Result<Life, Unavailable> {
        let ended = self.revocations.reason(&revocation::Session {
            handle: handle.into(),
            user: &session.user.id,
            provider_session: session.provider_session_id.as_deref(),
            created_at: session.created_at,
        })?;
        if let Some(reason) = ended {
            return Ok(Life::Ended(reason));
        }
        let current = session.is_current(self.clock.now(), &self.timeouts);
        Ok(if current { Life::Alive } else { Life::Expired })
    }

    /// Why there is no session under this handle any more, when that is known.
    ///
    /// # Errors
    /// When it is not known what other nodes ended.
    pub fn end_of(&self, handle: Handle) -> Result<Option<Reason>, Unavailable> {
        self.revocations.reason_by_handle(handle.into())
    }

    /// A session that the store holds.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find(&self, handle: Handle) -> Result<Option<Arc<UserSession>>, Unavailable> {
        match self.cached(handle) {
            Some(session) => Ok(Some(session)),
            None => self.read(handle).await,
        }
    }

    /// Puts the next version of a session in the place of the one before.
    ///
    /// # Errors
    /// When the store does not answer: it may have been written or not.
    pub async fn replace(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> Result<Replaced, Unavailable> {
        let replaced = match &self.place {
            Place::Browser(_) => return Ok(Replaced::Yes),
            Place::Sqlite(store) => store.replace(handle, session).await?,
            Place::Redis(store) => store.replace(handle, session).await?,
        };
        if replaced != Replaced::Yes {
            counter!(metrics::RACES_LOST).increment(1);
        }
        Ok(replaced)
    }

    /// The session, as far as only its browser will hold it; `None` where the server stores it.
    pub(in crate::session) fn left_to_browser<'a>(
        &self,
        session: &'a UserSession,
    ) -> Option<&'a UserSession> {
        matches!(self.place, Place::Browser(_)).then_some(session)
    }

    /// A session from memory.
    fn cached(&self, handle: Handle) -> Option<Arc<UserSession>> {
        match &self.place {
            Place::Browser(_) => None,
            Place::Sqlite(store) => store.cached(handle),
            Place::Redis(store) => store.cached(handle),
        }
    }

    /// A session as the store itself has it, whatever this process read before.
    pub(in crate::session) async fn read(
        &self,
        handle: Handle,
    ) -> Result<Option<Arc<UserSession>>, Unavailable> {
        match &self.place {
            Place::Browser(_) => Ok(None),
            Place::Sqlite(store) => store.read(handle).await,
            Place::Redis(store) => store.read(handle).await,
        }
    }
}

/// Whether a session may be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Life {
    /// It may.
    Alive,
    /// A timeout has passed.
    Expired,
    /// It was ended before its time.
    Ended(Reason),
}
