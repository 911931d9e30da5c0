//! The guard of protected routes: finds the live session of a request, or answers 401 or 503 in its place.
//!
//! It answers instead of failing: after an `Err` actix-session would drop what changed in the session.

use std::time::Duration;

use actix_session::Session;
use actix_web::{
    Error, HttpMessage, HttpRequest, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{
    Handle, Sessions, StoreKind, UserSession, exchange,
    refresh::{Need, RefreshError},
    revocation::Reason,
};
use crate::error::ApiError;

/// Activity is written at most this often, or ten times within a short idle timeout.
const SEEN_EVERY: Duration = Duration::from_secs(60);

/// The live session of this request, for handlers behind the guard (`ReqData<Authenticated>`).
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// The session's public name.
    pub handle: Handle,
    /// The session, with tokens as fresh as the route asked for.
    pub session: UserSession,
}

/// Lets a request pass that has a live session.
///
/// # Errors
/// Those of the inner service.
pub async fn require_session(
    sessions: Data<Sessions>,
    session: Session,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    guard(Need::Session, &sessions, &session, request, next).await
}

/// Lets a request pass that has a live session, with an access token that is good for a call to the provider.
///
/// # Errors
/// Those of the inner service.
pub async fn require_access_token(
    sessions: Data<Sessions>,
    session: Session,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    guard(Need::AccessToken, &sessions, &session, request, next).await
}

async fn guard(
    need: Need,
    sessions: &Sessions,
    session: &Session,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match sessions.authenticate(session, need, &request).await {
        Ok(authenticated) => {
            request.extensions_mut().insert(authenticated);
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Err(error) => Ok(request.into_response(error.error_response())),
    }
}

#[derive(Deserialize)]
struct Slide {
    slide: Option<bool>,
}

/// Whether this request counts as activity; a page that polls says `?slide=false`.
fn slides(request: &ServiceRequest) -> bool {
    Query::<Slide>::from_query(request.query_string())
        .ok()
        .and_then(|query| query.slide)
        .unwrap_or(true)
}

impl Sessions {
    async fn authenticate(
        &self,
        session: &Session,
        need: Need,
        request: &ServiceRequest,
    ) -> Result<Authenticated, ApiError> {
        let found = UserSession::read_from(session).unwrap_or_else(|error| {
            tracing::warn!(%error, "a stored session cannot be read");
            None
        });
        let (Some(found), Some(handle)) = (found, exchange::handle()) else {
            return Err(ApiError::Unauthenticated);
        };
        let now = self.clock.now();
        let ended = self.revocations.find(&handle, &found)?;
        if ended.is_some() || !found.is_current(now, &self.timeouts) {
            self.clear();
            let replaced = ended == Some(Reason::Replaced);
            return Err(if replaced {
                ApiError::SessionReplaced
            } else {
                ApiError::Unauthenticated
            });
        }

        let arrived = found.generation;
        let mut current = self
            .refreshed(&handle, &found, need, request.request())
            .await?
            .unwrap_or(found);
        let kept = if self.store.kind() == StoreKind::Cookie {
            arrived
        } else {
            current.generation
        };
        let seen_every = SEEN_EVERY.min(self.timeouts.idle / 10);
        if slides(request) && now.duration_since(current.last_seen_at).unsigned_abs() >= seen_every
        {
            current = UserSession {
                last_seen_at: now,
                ..current.next_generation()
            };
        }
        if current.generation != kept {
            current
                .write_to(session)
                .map_err(anyhow::Error::from)
                .map_err(ApiError::internal)?;
        }
        Ok(Authenticated {
            handle,
            session: current,
        })
    }

    /// The session with tokens that meet the need; `None` when it has them. In server-side modes the store has the
    /// session already.
    async fn refreshed(
        &self,
        handle: &Handle,
        found: &UserSession,
        need: Need,
        request: &HttpRequest,
    ) -> Result<Option<UserSession>, ApiError> {
        let by = || {
            format!(
                "{} {}",
                request.method(),
                request.match_pattern().unwrap_or_default()
            )
        };
        let tokens = match self.refresher.fresh(handle, found, need, by).await {
            Ok(None) => return Ok(None),
            Ok(Some(tokens)) => tokens,
            Err(RefreshError::Unavailable) => return Err(ApiError::IdentityProviderUnavailable),
            Err(RefreshError::StoreUnavailable) => return Err(ApiError::SessionStoreUnavailable),
            Err(RefreshError::Ended) => return Err(ended_meanwhile()),
            Err(RefreshError::Refused) => {
                self.clear();
                return Err(ApiError::Unauthenticated);
            }
        };
        if self.store.kind() != StoreKind::Cookie {
            return self
                .store
                .stored(handle)
                .await?
                .map(Some)
                .ok_or_else(ended_meanwhile);
        }
        let session = UserSession {
            tokens,
            ..found.next_generation()
        };
        match self.store.admits(&session) {
            Ok(()) => Ok(Some(session)),
            Err(error) => {
                tracing::error!(%error, "session ended: its new tokens do not fit");
                self.store
                    .end(handle, found.expires_at(&self.timeouts))
                    .await?;
                self.clear();
                Err(ApiError::Unauthenticated)
            }
        }
    }

    /// The session with another access token, for a handler whose call to the provider was refused with the one it had.
    ///
    /// # Errors
    /// `Unauthenticated` when the provider refuses the refresh token too: the session is over.
    pub async fn with_another_token(
        &self,
        session: &Session,
        current: &Authenticated,
        request: &HttpRequest,
    ) -> Result<Authenticated, ApiError> {
        let renewed = self
            .refreshed(
                &current.handle,
                &current.session,
                Need::AnotherToken,
                request,
            )
            .await?;
        let renewed = renewed.unwrap_or_else(|| current.session.clone());
        if self.store.kind() == StoreKind::Cookie {
            renewed
                .write_to(session)
                .map_err(anyhow::Error::from)
                .map_err(ApiError::internal)?;
        }
        Ok(Authenticated {
            handle: current.handle.clone(),
            session: renewed,
        })
    }
}

/// The session ended while this request ran: its late answer leaves the browser's cookies alone.
fn ended_meanwhile() -> ApiError {
    exchange::with(|exchange| exchange.outcome = exchange::Outcome::Withheld);
    ApiError::Unauthenticated
}
