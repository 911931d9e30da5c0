//! The `Server-Timing` header (W3C) of responses to a session, which the demo page shows.

use std::{fmt::Write, time::Duration};

use actix_web::http::header::HeaderValue;

use crate::UserSession;

/// The source that the session was read from, and the duration of the read.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadTiming {
    pub(super) from: &'static str,
    pub(super) took: Duration,
}

/// Builds the `Server-Timing` header.
pub(super) struct ServerTiming<'a> {
    pub(super) node: &'a str,
    /// The session at the start and at the end of the request.
    pub(super) arrived: &'a UserSession,
    pub(super) now: &'a UserSession,
    /// Number and bytes of the cookies that the response sets or deletes.
    pub(super) cookies: (usize, usize),
}

impl ServerTiming<'_> {
    pub(super) fn header(&self, read: ReadTiming, total: Duration) -> Option<HeaderValue> {
        let mut text = String::with_capacity(160);
        let milliseconds =
            |duration: Duration| (duration.as_millis(), duration.subsec_micros() % 1_000);
        let (session, session_us) = milliseconds(read.took);
        let (total, total_us) = milliseconds(total);
        let (from, node, version) = (read.from, self.node, self.now.version);
        write!(
            text,
            "session;dur={session}.{session_us:03};desc=\"{from}\", \
             total;dur={total}.{total_us:03}, node;desc=\"{node}\", generation;desc=\"{}",
            self.arrived.version
        )
        .ok()?;
        if self.arrived.version != version {
            write!(text, " -> {version}").ok()?;
        }
        text.push('"');
        if let Some(by) = &self.now.tokens.refreshed_by
            && self.now.tokens.own_refresh_count() != self.arrived.tokens.own_refresh_count()
        {
            write!(text, ", renewed;desc=\"{by}\"").ok()?;
        }
        if let (count @ 1.., bytes) = self.cookies {
            write!(text, ", cookies;desc=\"{count}, {bytes} bytes\"").ok()?;
        }
        HeaderValue::try_from(text).ok()
    }
}
