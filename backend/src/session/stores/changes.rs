//! How a session changes while it lives: it is used, its tokens are renewed, and its browser learns
//! of it.

use std::sync::Arc;

use jiff::Timestamp;

use super::{CreateError, Life, Place, Replaced, Store, successors::with_tokens};
use crate::{
    oidc::Tokens,
    session::{Handle, UserSession, request::SessionCookies},
    storage::Unavailable,
};

impl Store {
    /// Notes that a session was used. Gives back its new version, or `None` when it has ended
    /// meanwhile. What cannot be written now is written at the next use: it fails no request.
    pub async fn touch(
        &self,
        handle: Handle,
        session: Arc<UserSession>,
        now: Timestamp,
    ) -> Option<Arc<UserSession>> {
        let next = Arc::new(UserSession {
            last_seen_at: now,
            ..session.next_generation()
        });
        let written = match &self.place {
            Place::Browser(_) => return Some(next),
            Place::Sqlite(_) => self.replace(handle, &next).await,
            Place::Redis(store) => match self.replace(handle, &next).await {
                Ok(Replaced::Yes) => store.used(handle, &next).await.map(|()| Replaced::Yes),
                other => other,
            },
        };
        match written {
            Ok(Replaced::Yes) => Some(next),
            Ok(Replaced::Ended) => None,
            Ok(Replaced::Outdated) => Some(session),
            Err(error) => {
                tracing::warn!(%error, "that a session was used was not written");
                Some(session)
            }
        }
    }

    /// Hands the browser what it is to hold of the session from now on, if it changed since it sent
    /// `arrived`.
    ///
    /// # Errors
    /// When the session cannot be sealed.
    pub fn send(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        arrived: Option<u64>,
        cookies: &mut SessionCookies,
    ) -> anyhow::Result<()> {
        let Place::Browser(store) = &self.place else {
            return Ok(());
        };
        // A slow answer brings the tokens that were renewed meanwhile, not those it began with.
        let newest = store.successors.newest_here(handle, session);
        if arrived == Some(newest.generation) {
            return Ok(());
        }
        // The session may have ended while the request ran. Its late answer sets nothing.
        match self.life(handle, &newest) {
            Ok(Life::Alive) => store.send(handle, &newest, cookies),
            _ => Ok(()),
        }
    }

    /// The newest version of a session of which somebody holds `held`; `None` when there is none
    /// any more.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn newest(
        &self,
        handle: Handle,
        held: &Arc<UserSession>,
    ) -> Result<Option<Arc<UserSession>>, Unavailable> {
        match &self.place {
            Place::Browser(store) => Ok(Some(store.successors.newest(handle, held).await?)),
            Place::Sqlite(_) | Place::Redis(_) => self.read(handle).await,
        }
    }

    /// Keeps new tokens, whoever else writes to the session, and gives back the session as it now
    /// stands; `None` when it has ended. Never in the place of tokens that were renewed as often:
    /// who held the lease too long comes too late.
    ///
    /// # Errors
    /// When the store does not answer, or the session does not fit any more.
    pub async fn keep_tokens(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &Tokens,
    ) -> Result<Option<Arc<UserSession>>, CreateError> {
        if let Place::Browser(store) = &self.place {
            store.check(handle, &with_tokens(session, tokens.clone()))?;
            return Ok(store.successors.keep(handle, session, tokens).await?);
        }
        while let Some(stored) = self.read(handle).await? {
            // Not fewer when an earlier try was written although its answer was lost.
            if stored.tokens.renewals >= tokens.renewals {
                return Ok(Some(stored));
            }
            let next = with_tokens(&stored, tokens.clone());
            if self.replace(handle, &next).await? == Replaced::Yes {
                return Ok(Some(next));
            }
        }
        Ok(None)
    }

    /// What a request with `mine` goes on with when somebody's refresh brought `renewed`.
    pub(in crate::session) fn adopt(
        &self,
        mine: &Arc<UserSession>,
        renewed: Arc<UserSession>,
    ) -> Arc<UserSession> {
        match &self.place {
            Place::Browser(_) => with_tokens(mine, renewed.tokens.clone()),
            Place::Sqlite(_) | Place::Redis(_) => renewed,
        }
    }
}
