//! The guard of protected routes: finds the live session of a request, or refuses the request.

use std::{sync::Arc, time::Instant};

use actix_web::{
    Error, HttpMessage, HttpRequest, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::HeaderName,
    middleware::Next,
    web::{Data, Query},
};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    cookies::with_cookies,
    server_timing::{ReadTiming, ServerTiming},
};
use crate::{Audience, EndReason, LiveSession, Refusal, Sessions, UserSession, refresh::Freshness};

/// The time that parts of a request took (W3C Server Timing).
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Lets a request pass that has a live session. `E` is the error of the application, which becomes
/// the response to other requests.
pub async fn require_session<E, B>(
    sessions: Data<Sessions>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error>
where
    E: From<Refusal> + ResponseError,
    B: MessageBody + 'static,
{
    guard::<E, B>(Freshness::Session, sessions, request, next).await
}

/// Lets a request pass that has a live session. While the provider is unavailable, an expired
/// access token is accepted for a limited time: see [`Sessions::unverified_since`].
pub async fn require_session_of_page<E, B>(
    sessions: Data<Sessions>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error>
where
    E: From<Refusal> + ResponseError,
    B: MessageBody + 'static,
{
    guard::<E, B>(Freshness::Page, sessions, request, next).await
}

/// Lets a request pass that has a live session with an access token for a call to the provider. A
/// token that expires soon is refreshed first; if that takes 2 s or fails because the provider or
/// the store is unavailable, it is used until it expires.
pub async fn require_access_token<E, B>(
    sessions: Data<Sessions>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error>
where
    E: From<Refusal> + ResponseError,
    B: MessageBody + 'static,
{
    guard::<E, B>(Freshness::AccessToken, sessions, request, next).await
}

async fn guard<E, B>(
    need: Freshness,
    sessions: Data<Sessions>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error>
where
    E: From<Refusal> + ResponseError,
    B: MessageBody + 'static,
{
    let began = Instant::now();
    let (arrived, live) = match sessions.authenticate(request.request(), need).await {
        Ok(authenticated) => authenticated,
        Err(refusal) => {
            let response = E::from(refusal).error_response();
            return Ok(request.into_response(response));
        }
    };
    if need == Freshness::Page {
        sessions.offer_device_again(request.request(), &live);
    }
    request.extensions_mut().insert(live);
    let mut response = next.call(request).await?.map_into_boxed_body();
    let request = response.request();
    let live = request.extensions().get::<LiveSession>().cloned();
    let Some(live) = live else {
        return Ok(response);
    };
    let sent = with_cookies(&sessions, request, |cookies| {
        let sent = sessions.send(&live, Some(arrived.version), cookies);
        sent.map(|_| cookies.outgoing())
    });
    let cookies = match sent {
        Ok(cookies) => cookies,
        Err(error) => {
            tracing::error!(%error, "the session cannot be sent");
            let response_of_error = E::from(Refusal::Internal).error_response();
            return Ok(response.into_response(response_of_error));
        }
    };
    let timing = ServerTiming {
        node: sessions.node(),
        arrived: &arrived,
        now: &live.session,
        cookies,
    };
    let read = request.extensions().get::<ReadTiming>().copied();
    let header = read.and_then(|read| timing.header(read, began.elapsed()));
    if let Some(header) = header {
        response.headers_mut().insert(SERVER_TIMING, header);
    }
    Ok(response)
}

#[derive(Deserialize)]
struct Slide {
    slide: Option<bool>,
}

/// Returns `true` if the request counts as activity. A page that polls sends `?slide=false`.
fn slides(request: &HttpRequest) -> bool {
    let query = request.query_string();
    if query.is_empty() {
        return true;
    }
    let slide = Query::<Slide>::from_query(query).ok();
    slide.and_then(|query| query.slide).unwrap_or(true)
}

/// The name of a request, e.g. `GET /api/profile`.
pub(super) fn name(request: &HttpRequest) -> String {
    let route = request.match_pattern().unwrap_or_default();
    format!("{} {route}", request.method())
}

impl Sessions {
    /// Returns the session as it arrived, and with tokens that meet `need`.
    async fn authenticate(
        &self,
        request: &HttpRequest,
        need: Freshness,
    ) -> Result<(Arc<UserSession>, LiveSession), Refusal> {
        let live = self.find(request).await?;
        let arrived = Arc::clone(&live.session);
        let live = self.refreshed(live, need, None, request).await?;
        if !slides(request) {
            return Ok((arrived, live));
        }
        let live = self.note_use(live, || name(request)).await?;
        Ok((arrived, live))
    }

    async fn refreshed(
        &self,
        live: LiveSession,
        need: Freshness,
        audience: Option<&Arc<Audience>>,
        request: &HttpRequest,
    ) -> Result<LiveSession, Refusal> {
        let handle = live.handle;
        let by = || name(request);
        let refreshed = self.refresh(live, need, audience, by).await;
        // A session that ended for another reason ended during the request. Leave its cookies: a
        // newer response may have set them.
        if let Err(Refusal::Ended(EndReason::Refused | EndReason::Ended)) = refreshed {
            with_cookies(self, request, |cookies| cookies.remove_parts(handle, 0));
        }
        refreshed
    }

    /// Returns the session with an access token for an API, or its own: see
    /// [`Freshness::AccessToken`]. The response sends the browser what changed.
    ///
    /// # Errors
    /// As [`Self::refresh`].
    pub async fn with_access_token(
        &self,
        request: &HttpRequest,
        current: &LiveSession,
        audience: Option<&Arc<Audience>>,
    ) -> Result<LiveSession, Refusal> {
        let need = Freshness::AccessToken;
        self.renewed(request, current, need, audience).await
    }

    /// Refreshes the access token after it was refused before its expiry, by the provider or by the
    /// API that it is for.
    ///
    /// # Errors
    /// `Ended` if the provider refuses the refresh token, too.
    pub async fn with_another_token(
        &self,
        request: &HttpRequest,
        current: &LiveSession,
        audience: Option<&Arc<Audience>>,
    ) -> Result<LiveSession, Refusal> {
        let need = Freshness::AnotherToken;
        self.renewed(request, current, need, audience).await
    }

    /// Checks the session of a request once more, for work that outlives its request. Does not
    /// check the idle timeout. `until`: see [`Self::proven_until`].
    ///
    /// # Errors
    /// `Ended`; `DeviceProofRequired` from `until` on; `StoreUnavailable` if it is unknown which
    /// sessions were ended.
    pub fn check_alive(&self, live: &LiveSession, until: Option<Timestamp>) -> Result<(), Refusal> {
        let now = self.state.clock.now();
        if let Some(reason) = self.state.store.revoked(live.handle, &live.session)? {
            return Err(Refusal::Ended(reason));
        }
        if live.session.expires_at(self.timeouts()) <= now {
            return Err(Refusal::Ended(EndReason::AbsoluteTimeout));
        }
        match until {
            Some(until) if until <= now => Err(Refusal::DeviceProofRequired),
            _ => Ok(()),
        }
    }

    async fn renewed(
        &self,
        request: &HttpRequest,
        current: &LiveSession,
        need: Freshness,
        audience: Option<&Arc<Audience>>,
    ) -> Result<LiveSession, Refusal> {
        let current = current.clone();
        let live = self.refreshed(current, need, audience, request).await?;
        request.extensions_mut().insert(live.clone());
        Ok(live)
    }
}
