//! What a store exchanges with the browser beyond the session id, for the length of one request.
//!
//! actix-session hands a store the id and nothing else. In client-side mode the sealed session travels in further
//! cookies, so a middleware around `SessionMiddleware` lays the request's parts here, the store takes them, leaves new
//! ones, and the middleware sends those. It also turns a failing store into the answer the contract promises.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    cookie::Cookie,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};

use super::{Handle, Sessions, cookies};
use crate::error::ApiError;

/// How the time of an answer was spent (W3C Server Timing).
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
/// More parts than any budget allows; a request with more is not one of ours.
const MAX_PARTS: usize = 16;

tokio::task_local! {
    static EXCHANGE: RefCell<Exchange>;
}

/// A session cookie as it arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// Its name.
    pub name: String,
    /// Bytes of name and value.
    pub bytes: usize,
    /// Which part of the sealed session it holds, when it is not the id.
    part: Option<usize>,
}

/// What came with a request and what goes with its response.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    /// The parts of the sealed session that the browser sent: index and value.
    pub(crate) received: Vec<(usize, String)>,
    /// The session's cookies that arrived.
    arrived: Vec<Arrived>,
    /// The session that the store found.
    pub(crate) handle: Option<Handle>,
    /// Where it was read from, and how long that took.
    pub(crate) read: Option<(&'static str, Duration)>,
    /// The session that this request began, and whose it is.
    pub(crate) begun: Option<(Handle, String)>,
    /// What the browser shall hold afterwards.
    pub(crate) outcome: Outcome,
    /// Why the store could not do its work.
    pub(crate) failure: Option<ApiError>,
}

/// What becomes of the browser's session cookies.
#[derive(Debug, Default)]
pub(crate) enum Outcome {
    /// They stay as they are.
    #[default]
    Kept,
    /// The parts are replaced by these.
    Written(Vec<String>),
    /// The session is over; everything goes.
    Cleared,
    /// The session ended while this request ran. Its late answer sets nothing: the browser may hold another by now.
    Withheld,
}

/// The session's cookies that arrived with this request.
pub fn session_cookies() -> Vec<Arrived> {
    with(|exchange| exchange.arrived.clone()).unwrap_or_default()
}

/// Reads or changes this request's exchange; outside of a request nothing happens.
pub(crate) fn with<T>(f: impl FnOnce(&mut Exchange) -> T) -> Option<T> {
    EXCHANGE
        .try_with(|exchange| f(&mut exchange.borrow_mut()))
        .ok()
}

/// The session that the store found for this request.
pub(crate) fn handle() -> Option<Handle> {
    with(|exchange| exchange.handle.clone()).flatten()
}

/// The middleware: runs the request with an exchange of its own, then sends what was left in it.
///
/// # Errors
/// Those of the inner service that are not the store's.
pub async fn exchange(
    sessions: Data<Sessions>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (names, began) = (sessions.cookies(), Instant::now());
    let mut arrived = Vec::new();
    let mut received = Vec::new();
    let mut forwarded = Vec::new();
    for (name, value) in cookies::received(request.headers()) {
        let rest = name.strip_prefix(names.session());
        let part = rest
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|index| index.parse::<usize>().ok());
        if part.is_some() || rest == Some("") {
            arrived.push(Arrived {
                name: name.to_owned(),
                bytes: name.len() + value.len(),
                part,
            });
        }
        match part {
            Some(index) if index < MAX_PARTS => received.push((index, value.to_owned())),
            Some(_) => {}
            None => forwarded.push(format!("{name}={value}")),
        }
    }
    forward(request.headers_mut(), &forwarded.join("; "));
    let exchange = Exchange {
        received,
        arrived,
        ..Exchange::default()
    };

    let (result, exchange) = EXCHANGE
        .scope(RefCell::new(exchange), async {
            let result = next.call(request).await;
            (result, with(std::mem::take).unwrap_or_default())
        })
        .await;

    if let Some(failure) = exchange.failure {
        // A new response: no cookie is touched, and the same session goes on when the store is back.
        let (request, _) = result?.into_parts();
        return Ok(ServiceResponse::new(
            request,
            HttpResponse::from_error(failure),
        ));
    }
    if let Some((handle, user)) = &exchange.begun {
        sessions.make_room(handle, user).await;
    }
    let mut response = result?.map_into_boxed_body();
    if let Some((from, took)) = exchange.read {
        // For the people who learn from this: what the session cost of this answer's time.
        let (session, total) = (
            took.as_secs_f64() * 1e3,
            began.elapsed().as_secs_f64() * 1e3,
        );
        let timing = format!("session;dur={session:.3};desc=\"{from}\", total;dur={total:.3}");
        if let Ok(timing) = HeaderValue::from_str(&timing) {
            response.headers_mut().insert(SERVER_TIMING, timing);
        }
    }
    let (found, mut arrived) = (exchange.handle.is_some(), exchange.arrived);
    match exchange.outcome {
        Outcome::Written(parts) => {
            let written = parts.len();
            for (index, value) in parts.into_iter().enumerate() {
                set(
                    &mut response,
                    &names.build(names.part(index), value, sessions.timeouts().absolute),
                );
            }
            // A shorter version leaves parts of the longer one behind.
            arrived.retain(|cookie| cookie.part.is_some_and(|index| index >= written));
            remove(&mut response, &sessions, arrived);
        }
        Outcome::Cleared => remove(&mut response, &sessions, arrived),
        Outcome::Withheld => {
            response.headers_mut().remove(header::SET_COOKIE);
        }
        Outcome::Kept if !found && !arrived.is_empty() => {
            tracing::info!(
                cookies = arrived.len(),
                "session cookies that belong to no session are cleared"
            );
            remove(&mut response, &sessions, arrived);
        }
        Outcome::Kept => {}
    }
    Ok(response)
}

/// Passes on these cookies only: the sealed parts are in the exchange, and a cookie that is no text, perhaps of another
/// application on this host, would hide all others from actix-web.
fn forward(headers: &mut HeaderMap, cookies: &str) {
    headers.remove(header::COOKIE);
    if let Ok(line) = HeaderValue::from_str(cookies)
        && !line.is_empty()
    {
        headers.insert(header::COOKIE, line);
    }
}

/// Behind actix-session: a request whose session could not be read goes no further.
///
/// # Errors
/// Those of the inner service.
pub async fn stop_when_unavailable(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match with(|exchange| exchange.failure).flatten() {
        Some(failure) => Ok(request.error_response(failure)),
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

/// Deletes cookies that arrived, except those that this response sets anew.
fn remove(response: &mut ServiceResponse, sessions: &Sessions, arrived: Vec<Arrived>) {
    for Arrived { name, .. } in arrived {
        let set_anew = response.headers().get_all(header::SET_COOKIE).any(|value| {
            value
                .as_bytes()
                .strip_prefix(name.as_bytes())
                .is_some_and(|rest| rest.first() == Some(&b'='))
        });
        if !set_anew {
            set(response, &sessions.cookies().removal(name));
        }
    }
}

fn set(response: &mut ServiceResponse, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
