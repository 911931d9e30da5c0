//! Sessions of Actix requests: the id cookie, the cookies of a sealed session, and the guard of
//! protected routes.

mod cookie_layer;
mod cookie_roles;
mod cookies;
mod data;
mod device;
mod device_check;
mod guard;
mod id_cookie;
mod refusal_response;
mod server_timing;

use std::time::Instant;

use actix_session::SessionMiddleware;
use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use anyhow::Context;

pub use cookies::SessionCookies;
use cookies::with_cookies;
pub use guard::{require_access_token, require_session, require_session_of_page};
pub use id_cookie::IdStore;
use server_timing::ReadTiming;

use crate::{
    EndError, EndReason, Handle, LiveSession, NewSession, PreviousSession, Refusal, SaveError,
    SessionParts, Sessions, end::Ended,
};

/// Middleware for the cookies of sealed sessions. It belongs around [`Sessions::id_cookie`].
pub async fn session_cookies<B: MessageBody>(
    sessions: Data<Sessions>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let max_age = sessions.timeouts().absolute;
    cookie_layer::handle_cookies(sessions.cookies(), max_age, request, next).await
}

/// The operations that need a request.
impl Sessions {
    /// The middleware for the cookie with the session id.
    pub fn id_cookie(&self) -> SessionMiddleware<IdStore> {
        id_cookie::id_cookie(self.cookies(), self.timeouts().absolute)
    }

    /// Begins a session under a new id, and ends the browser's previous one: the request's own,
    /// else `previous`. Returns the new session as the `previous` one of a later sign-in.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub async fn begin(
        &self,
        request: &HttpRequest,
        new: NewSession,
        previous: Option<PreviousSession>,
    ) -> Result<PreviousSession, SaveError> {
        let previous = match (self.previous(request), previous) {
            // Proven at the start of the sign-in, or now.
            (Some(own), Some(noted)) if own.handle == noted.handle => {
                let is_proven = own.is_proven || noted.is_proven;
                Some(own.proven(is_proven))
            }
            (own, noted) => own.or(noted),
        };
        let (id, live) = self.create(new, previous.as_ref()).await?;
        id_cookie::set_id(request, &id).context("the id cannot be sent")?;
        let is_sent = with_cookies(self, request, |cookies| {
            if let Some(previous) = previous {
                cookies.remove_unseen_parts(previous.handle, previous.parts);
            }
            cookies.remove_all_parts();
            self.send(&live, None, cookies)
        })?;
        self.offer_device(request, &live);
        let session = is_sent.then_some(&*live.session);
        Ok(PreviousSession::new(live.handle, session, 0).proven(true))
    }

    /// Returns the session of this request, which ends when its browser has signed in again.
    pub fn previous(&self, request: &HttpRequest) -> Option<PreviousSession> {
        let handle = id_cookie::id_of(request, self)?.handle();
        let (session, parts) = with_cookies(self, request, |cookies| {
            let parts = (0..).take_while(|index| cookies.part(handle, *index).is_some());
            (
                self.state.store.session_in_cookies(handle, cookies),
                parts.count(),
            )
        });
        let previous = PreviousSession::new(handle, session.as_deref(), parts);
        Some(previous.proven(self.is_proven(request, handle)))
    }

    /// Returns the live session of this request. The response removes cookies that belong to no
    /// session. An id that this server made stays, because the browser may have another by now.
    ///
    /// # Errors
    /// As [`Self::find_session`], and `Ended` for a session that has ended.
    pub async fn find(&self, request: &HttpRequest) -> Result<LiveSession, Refusal> {
        let (live, reason) = self.find_unproven(request).await?;
        if let Some(reason) = reason {
            return Err(Refusal::Ended(reason));
        }
        self.check_device(request, &live)?;
        self.require_device(&live)?;
        Ok(live)
    }

    /// As [`Self::find`], but without a proof of the session's device; also returns a session that
    /// has ended, with the reason.
    async fn find_unproven(
        &self,
        request: &HttpRequest,
    ) -> Result<(LiveSession, Option<EndReason>), Refusal> {
        let began = Instant::now();
        let Some(id) = id_cookie::id_of(request, self) else {
            with_cookies(self, request, |cookies| {
                if !cookies.is_empty() {
                    tracing::info!("session cookies of unknown origin are removed");
                    cookies.remove_all();
                }
            });
            return Err(Refusal::NoSession);
        };
        let handle = id.handle();
        let in_memory = with_cookies(self, request, |cookies| {
            (!cookies.has_too_many()).then(|| self.find_without_io(handle, cookies))
        });
        let found = match in_memory {
            Some(found) => self.find_session(handle, found).await,
            None => Err(Refusal::NoSession),
        };
        let is_alive = found.as_ref().is_ok_and(|found| found.ended.is_none());
        let is_unknown = matches!(found, Err(Refusal::StoreUnavailable));
        with_cookies(self, request, |cookies| {
            cookies.remove_parts_of_others(handle);
            if !is_alive && !is_unknown {
                cookies.remove_parts(handle, 0);
            }
        });
        let found = found?;
        let from = if found.from_cache {
            "memory"
        } else {
            self.kind().label()
        };
        let took = began.elapsed();
        request.extensions_mut().insert(ReadTiming { from, took });
        Ok((found.live, found.ended))
    }

    /// Ends the session of this request (ASVS 7.4.1), also if it has timed out, and removes its
    /// cookies. Returns it, for the sign-out at the provider, or `None` if there was none.
    ///
    /// # Errors
    /// If it could not be revoked. The session is still alive, and its cookies stay.
    pub async fn end(&self, request: &HttpRequest) -> Result<Option<Ended>, Refusal> {
        let found = self.find_unproven(request).await;
        let found = found.and_then(|(live, reason)| {
            let can_end = reason.is_none_or(|reason| reason.is_timeout());
            // Copied cookies may be older than the session, and seem to have timed out.
            if can_end {
                self.check_device(request, &live)?;
            }
            Ok(can_end.then_some(live))
        });
        let ended = match found {
            Ok(Some(live)) => Some(self.end_session(live).await?),
            Err(Refusal::StoreUnavailable) => return Err(Refusal::StoreUnavailable),
            // Also without a proof of the device: the session stays, this browser's cookies do not.
            Ok(None) | Err(_) => None,
        };
        self.take_cookies(request);
        Ok(ended)
    }

    /// Ends one of the user's sessions.
    ///
    /// # Errors
    /// As [`Self::end_other`].
    pub async fn end_one(
        &self,
        request: &HttpRequest,
        current: &LiveSession,
        handle: Handle,
    ) -> Result<(), EndError> {
        if handle == current.handle {
            self.end(request).await?;
            return Ok(());
        }
        self.end_other(current, handle).await
    }

    /// Ends all of the user's sessions, or all others.
    ///
    /// # Errors
    /// As [`Self::end_all_of_user`].
    pub async fn end_all(
        &self,
        request: &HttpRequest,
        current: &LiveSession,
        others_only: bool,
    ) -> Result<(), EndError> {
        self.end_all_of_user(current, others_only).await?;
        if !others_only {
            self.take_cookies(request);
        }
        Ok(())
    }

    /// Removes the session's cookies from the browser, after the session has ended.
    fn take_cookies(&self, request: &HttpRequest) {
        id_cookie::remove_id(request);
        with_cookies(self, request, SessionCookies::remove_all);
    }
}
