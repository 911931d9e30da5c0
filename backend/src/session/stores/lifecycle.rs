//! How a session begins and ends in its store, and which sessions a user has.

use std::sync::Arc;

use futures_util::future::try_join_all;

use super::{CreateError, Named, Place, Store};
use crate::{
    session::{
        Handle, UserSession,
        event_streams::Change,
        revocation::{Reason, Revocation, Subject},
    },
    storage::Unavailable,
};

impl Store {
    /// Keeps a new session. The least recently used of its user's beyond the limit end: they are
    /// given back.
    ///
    /// # Errors
    /// When the store does not answer, or the session does not fit.
    pub async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> Result<Vec<Named>, CreateError> {
        let most = self.most_per_user;
        let surplus = match &self.place {
            Place::Browser(store) => {
                store.check(handle, session)?;
                Vec::new()
            }
            Place::Sqlite(store) => store.create(handle, session, most).await?,
            Place::Redis(store) => store.create(handle, session, most).await?,
        };
        self.streams.tell(handle, &session.user.id, Change::Began);
        for (handle, session) in &surplus {
            // They are gone already: the entry tells whoever comes with one of them why.
            if let Err(error) = self.revoke(*handle, session, Reason::Replaced).await {
                tracing::warn!(%error, "why a session gave way was not noted");
            }
            self.streams.tell(*handle, &session.user.id, Change::Ended);
        }
        Ok(surplus)
    }

    /// Ends a session for good, whoever still writes to it (ASVS 7.4.1), and gives back what it
    /// last was.
    ///
    /// # Errors
    /// When that cannot be written down: the session is still alive.
    pub async fn end(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        reason: Reason,
    ) -> Result<Arc<UserSession>, Unavailable> {
        self.revoke(handle, session, reason).await?;
        Ok(self.tidy(handle, session).await)
    }

    /// Takes a session that has ended out of the store. When it does not answer, what is left
    /// expires by itself.
    pub async fn tidy(&self, handle: Handle, session: &Arc<UserSession>) -> Arc<UserSession> {
        self.streams.tell(handle, &session.user.id, Change::Ended);
        let last = match &self.place {
            Place::Browser(store) => store.successors.end(handle, session).await.map(Some),
            Place::Sqlite(store) => store.end(handle).await,
            Place::Redis(store) => store.end(handle, &session.user.id).await,
        };
        match last {
            Ok(last) => last.unwrap_or_else(|| Arc::clone(session)),
            Err(error) => {
                tracing::warn!(%error, "a session that ended stays in the store until it expires");
                Arc::clone(session)
            }
        }
    }

    /// The sessions of a user that the store holds; `held` alone where nobody can count them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sessions_of(&self, user: &str, held: Named) -> Result<Vec<Named>, Unavailable> {
        let handles = match &self.place {
            Place::Browser(_) => return Ok(vec![held]),
            Place::Sqlite(store) => store.handles_of(user).await?,
            Place::Redis(store) => store.handles_of(user).await?,
        };
        let found = try_join_all(handles.iter().map(|handle| self.find(*handle))).await?;
        let named = handles.into_iter().zip(found);
        let alive = named.filter_map(|(handle, session)| Some((handle, session?)));
        Ok(alive.collect())
    }

    async fn revoke(
        &self,
        handle: Handle,
        session: &UserSession,
        reason: Reason,
    ) -> Result<(), Unavailable> {
        // Its latest end, which no setting of later days can put off; not that of today's settings.
        let end = Revocation {
            reason,
            ..Revocation::of(Subject::session(handle), session.ends_at)
        };
        self.revocations.add(end).await.map(|_| ())
    }
}
