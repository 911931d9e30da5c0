//! Finds the live session of a request, or says why there is none.

use std::time::{Duration, Instant};

use actix_web::{HttpMessage, HttpRequest};

use super::{id_cookie, with_cookies};
use crate::{
    error::ApiError,
    session::{Handle, LiveSession, Sessions, revocation::Reason, stores::Life},
    storage::Unavailable,
};

/// Why a request has no session.
#[derive(Debug)]
pub enum NoSession {
    /// It came with none, or with one that is not ours or unknown.
    None,
    /// A timeout of its session has passed.
    Expired(LiveSession),
    /// Its session was ended before its time.
    Ended(Reason),
    /// The store does not answer.
    Unavailable(Unavailable),
}

impl From<Unavailable> for NoSession {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl From<NoSession> for ApiError {
    fn from(error: NoSession) -> Self {
        match error {
            NoSession::None | NoSession::Expired(_) | NoSession::Ended(Reason::Ended) => {
                Self::Unauthenticated
            }
            NoSession::Ended(Reason::Replaced) => Self::SessionReplaced,
            NoSession::Ended(Reason::Renewed) => Self::SessionRenewed,
            NoSession::Unavailable(error) => error.into(),
        }
    }
}

/// Where a session was read from, and how long that took: for the answer's `Server-Timing`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Read {
    pub(super) from: &'static str,
    pub(super) took: Duration,
}

impl Sessions {
    /// The live session of this request. The answer takes cookies away that belong to none; an id
    /// that is ours stays, as by now the browser may hold another.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn find(&self, request: &HttpRequest) -> Result<LiveSession, NoSession> {
        let began = Instant::now();
        let names = self.cookies();
        let Some(id) = id_cookie::id_of(request, &self.ids) else {
            with_cookies(request, |cookies| {
                if !cookies.is_empty() {
                    tracing::info!("session cookies that are not ours are cleared");
                    cookies.remove_all(names);
                }
            });
            return Err(NoSession::None);
        };
        let handle = id.handle();
        let found = self.open_live(request, handle).await;
        with_cookies(request, |cookies| {
            cookies.remove_parts_of_others(names, handle);
            if !matches!(found, Ok(_) | Err(NoSession::Unavailable(_))) {
                cookies.remove_parts(names, handle, 0);
            }
        });
        let (live, from_memory) = found?;
        let from = if from_memory {
            "memory"
        } else {
            self.kind().place()
        };
        let took = began.elapsed();
        request.extensions_mut().insert(Read { from, took });
        Ok(live)
    }

    async fn open_live(
        &self,
        request: &HttpRequest,
        handle: Handle,
    ) -> Result<(LiveSession, bool), NoSession> {
        let opened = with_cookies(request, |cookies| {
            (!cookies.is_flood()).then(|| self.store.open_here(handle, cookies))
        });
        let opened = match opened {
            Some(None) => {
                let read = Box::pin(self.store.read(handle)).await?;
                read.map(|session| (session, false))
            }
            opened => opened.flatten(),
        };
        let Some((session, from_memory)) = opened else {
            let reason = self.store.end_of(handle)?;
            return Err(reason.map_or(NoSession::None, NoSession::Ended));
        };
        let life = self.store.life(handle, &session)?;
        let found = LiveSession { handle, session };
        match life {
            Life::Alive => Ok((found, from_memory)),
            Life::Expired => Err(NoSession::Expired(found)),
            Life::Ended(reason) => Err(NoSession::Ended(reason)),
        }
    }
}
