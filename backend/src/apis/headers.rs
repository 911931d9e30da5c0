//! The headers that pass. Both are lists of what is allowed, so that nothing unknown passes: no
//! cookie, no `Authorization`, no `Forwarded` of a client; no `Set-Cookie`, no CORS and no security
//! header of a service.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue};
use reqwest::header as outgoing;

/// Headers of a request that the service gets.
const OF_REQUESTS: [&str; 12] = [
    "accept",
    "accept-language",
    "content-encoding",
    "content-type",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "idempotency-key",
    "last-event-id",
    "range",
];

/// Headers of a response that the browser gets.
const OF_RESPONSES: [&str; 9] = [
    "accept-ranges",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-range",
    "content-type",
    "etag",
    "last-modified",
    "retry-after",
];

/// A page of a service is not a page of this application: its scripts do not run.
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");
/// Turns off the buffering of nginx.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Returns the headers that the service gets. `identity`: without `Accept-Encoding` a service may
/// choose any encoding (RFC 9110 section 12.5.3), also one that the browser cannot read.
pub(super) fn of_request(received: &HeaderMap) -> outgoing::HeaderMap {
    let mut sent = outgoing::HeaderMap::new();
    for name in OF_REQUESTS {
        for value in received.get_all(name) {
            if let Ok(value) = outgoing::HeaderValue::from_bytes(value.as_bytes()) {
                sent.append(outgoing::HeaderName::from_static(name), value);
            }
        }
    }
    let identity = outgoing::HeaderValue::from_static("identity");
    sent.insert(outgoing::ACCEPT_ENCODING, identity);
    sent
}

/// Adds the headers that the browser gets.
pub(super) fn of_response(received: &outgoing::HeaderMap, sent: &mut HeaderMap) {
    for name in OF_RESPONSES {
        // Replaces a default.
        if received.contains_key(name) {
            sent.remove(name);
        }
        for value in received.get_all(name) {
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                sent.append(HeaderName::from_static(name), value);
            }
        }
    }
    sent.insert(CONTENT_SECURITY_POLICY, POLICY);
    if is_event_stream(received) {
        sent.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    }
}

/// Returns `true` if the response is an event stream, which browsers open again by themselves.
pub(super) fn is_event_stream(received: &outgoing::HeaderMap) -> bool {
    let kind = received.get(outgoing::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}
