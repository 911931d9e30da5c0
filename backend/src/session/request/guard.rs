//! The guard of protected routes: finds the live session of a request, or answers 401 or 503 in its
//! place.

use std::{
    fmt::Write,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage, HttpRequest, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{find::Read, with_cookies};
use crate::{
    error::ApiError,
    session::{
        LiveSession, Sessions, UserSession,
        event_streams::Change,
        refresh::{Need, RefreshError},
    },
};

/// Activity is written at most this often, or ten times within a short idle timeout.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// How the time of an answer was spent (W3C Server Timing).
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Lets a request pass that has a live session.
///
/// # Errors
/// Those of the inner service.
pub async fn require_session<B: MessageBody + 'static>(
    sessions: Data<Sessions>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    guard(Need::Session, sessions, request, next).await
}

/// Lets a request pass that has a live session, with an access token that is good for a call to the
/// provider.
///
/// # Errors
/// Those of the inner service.
pub async fn require_access_token<B: MessageBody + 'static>(
    sessions: Data<Sessions>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    guard(Need::AccessToken, sessions, request, next).await
}

async fn guard<B: MessageBody + 'static>(
    need: Need,
    sessions: Data<Sessions>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let (arrived, live) = match sessions.authenticate(request.request(), need).await {
        Ok(authenticated) => authenticated,
        Err(error) => {
            let response = error.error_response();
            return Ok(request.into_response(response));
        }
    };
    request.extensions_mut().insert(live);
    let mut response = next.call(request).await?.map_into_boxed_body();
    let live = response
        .request()
        .extensions()
        .get::<LiveSession>()
        .cloned();
    if let Some(LiveSession { handle, session }) = live {
        let sent = with_cookies(response.request(), |cookies| {
            let since = Some(arrived.generation);
            let sent = sessions.store.send(handle, &session, since, cookies);
            sent.map(|()| cookies.outgoing())
        });
        let told = Told {
            node: sessions.store.streams.node(),
            arrived: &arrived,
            now: &session,
            cookies: sent.map_err(ApiError::internal)?,
        };
        let read = response.request().extensions().get::<Read>().copied();
        let timing = read.and_then(|read| told.timing(read, began.elapsed()));
        if let Some(timing) = timing {
            response.headers_mut().insert(SERVER_TIMING, timing);
        }
    }
    Ok(response)
}

/// For the people who learn from this: what the session cost of this answer's time, and what became
/// of it.
struct Told<'a> {
    node: &'a str,
    /// The session as it came, and as it is now.
    arrived: &'a UserSession,
    now: &'a UserSession,
    /// Cookies that the answer sets or deletes, and their bytes.
    cookies: (usize, usize),
}

impl Told<'_> {
    fn timing(&self, read: Read, total: Duration) -> Option<HeaderValue> {
        let mut text = String::with_capacity(160);
        let milliseconds =
            |duration: Duration| (duration.as_millis(), duration.subsec_micros() % 1_000);
        let (session, session_us) = milliseconds(read.took);
        let (total, total_us) = milliseconds(total);
        let (from, node, generation) = (read.from, self.node, self.now.generation);
        write!(
            text,
            "session;dur={session}.{session_us:03};desc=\"{from}\", \
             total;dur={total}.{total_us:03}, node;desc=\"{node}\", generation;desc=\"{}",
            self.arrived.generation
        )
        .ok()?;
        if self.arrived.generation != generation {
            write!(text, " -> {generation}").ok()?;
        }
        text.push('"');
        if let Some(by) = &self.now.tokens.renewed_by
            && self.now.tokens.renewals != self.arrived.tokens.renewals
        {
            write!(text, ", renewed;desc=\"{by}\"").ok()?;
        }
        if let (count @ 1.., bytes) = self.cookies {
            write!(text, ", cookies;desc=\"{count}, {bytes} bytes\"").ok()?;
        }
        HeaderValue::try_from(text).ok()
    }
}

#[derive(Deserialize)]
struct Slide {
    slide: Option<bool>,
}

/// Whether this request counts as activity; a page that polls says `?slide=false`.
fn slides(request: &HttpRequest) -> bool {
    let query = request.query_string();
    if query.is_empty() {
        return true;
    }
    let slide = Query::<Slide>::from_query(query).ok();
    slide.and_then(|query| query.slide).unwrap_or(true)
}

/// What a request is called, e.g. `GET /api/profile`.
fn name(request: &HttpRequest) -> String {
    let route = request.match_pattern().unwrap_or_default();
    format!("{} {route}", request.method())
}

impl Sessions {
    /// The session of this request, with tokens that meet the need, and as it arrived.
    async fn authenticate(
        &self,
        request: &HttpRequest,
        need: Need,
    ) -> Result<(Arc<UserSession>, LiveSession), ApiError> {
        let live = self.find(request).await?;
        let arrived = Arc::clone(&live.session);
        let live = self.refreshed(live, need, request).await?;
        let now = self.clock.now();
        let seen_every = SEEN_EVERY.min(self.timeouts().idle / 10);
        let unseen = now.duration_since(live.session.last_seen_at).unsigned_abs();
        if unseen < seen_every || !slides(request) {
            return Ok((arrived, live));
        }
        let LiveSession { handle, session } = live;
        let touched = Box::pin(self.store.touch(handle, session, now)).await;
        let session = touched.ok_or(ApiError::Unauthenticated)?;
        if session.last_seen_at == now {
            let streams = &self.store.streams;
            let change = Change::Used(streams.by(name(request), now));
            streams.tell(handle, &session.user.id, change);
        }
        Ok((arrived, LiveSession { handle, session }))
    }

    /// The session with tokens that meet the need.
    async fn refreshed(
        &self,
        live: LiveSession,
        need: Need,
        request: &HttpRequest,
    ) -> Result<LiveSession, ApiError> {
        if self.refresher.are_fresh(&live.session.tokens, need) {
            return Ok(live);
        }
        let LiveSession { handle, session } = live;
        let by = || name(request);
        // Boxed as it is long and rare: what each request allocates stays small.
        match Box::pin(self.refresher.refresh(handle, &session, need, by)).await {
            Ok(renewed) => Ok(LiveSession {
                handle,
                session: renewed.unwrap_or(session),
            }),
            Err(RefreshError::Unavailable) => Err(ApiError::IdentityProviderUnavailable),
            Err(RefreshError::StoreUnavailable) => Err(ApiError::SessionStoreUnavailable),
            // Its late answer leaves the cookies alone.
            Err(RefreshError::Ended) => Err(ApiError::Unauthenticated),
            Err(RefreshError::Refused) => {
                with_cookies(request, |cookies| {
                    cookies.remove_parts(self.cookies(), handle, 0);
                });
                Err(ApiError::Unauthenticated)
            }
        }
    }

    /// The session with another access token, for a handler whose call to the provider was refused
    /// with the one it had.
    ///
    /// # Errors
    /// `Unauthenticated` when the provider refuses the refresh token too: the session is over.
    pub async fn with_another_token(
        &self,
        request: &HttpRequest,
        current: &LiveSession,
    ) -> Result<LiveSession, ApiError> {
        let renewed = self.refreshed(current.clone(), Need::AnotherToken, request);
        let renewed = renewed.await?;
        request.extensions_mut().insert(renewed.clone());
        Ok(renewed)
    }
}
