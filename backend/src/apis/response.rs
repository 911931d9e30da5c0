//! The response of a service: its status, harmless headers, and its body as it arrives.

use std::{
    io,
    time::{Duration, Instant},
};

use actix_web::{
    HttpResponse,
    body::SizedStream,
    http::{Method, StatusCode},
    web::Bytes,
};
use futures_util::{Stream, stream};
use jiff::Timestamp;
use reqwest::{Response, header::CONTENT_LENGTH};
use tokio::time::timeout;

use super::{
    body::Upload,
    concurrency::Permit,
    headers,
    service::MAX_TIME,
    session_watch::{CHECK_INTERVAL, SessionWatch},
};
use crate::{client_watch::ClientWatch, error::ApiError};

/// A response that is being sent.
pub(super) struct Transfer {
    pub(super) response: Response,
    pub(super) watch: SessionWatch,
    pub(super) client: ClientWatch,
    pub(super) is_event_stream: bool,
    /// The end of an event stream of a bound session: that of the bound cookie of its request. The
    /// browser opens another; a download would be lost.
    pub(super) until: Option<Timestamp>,
    /// Longest wait for the next part.
    pub(super) read_timeout: Duration,
    /// Time of the last check of the session.
    pub(super) checked_at: Instant,
    pub(super) _permit: Permit,
    /// The rest of the request, which may still be under way.
    pub(super) _upload: Option<Upload>,
}

/// Returns the response for the browser.
///
/// # Errors
/// `ApiUnavailable` for a redirect, which is neither followed nor passed on: the token would go
/// where nobody has decided. Also for another protocol (101), which nothing here checks.
pub(super) fn pass_on(transfer: Transfer, method: &Method) -> Result<HttpResponse, ApiError> {
    let status = transfer.response.status();
    let is_redirect = status.is_redirection() && status != reqwest::StatusCode::NOT_MODIFIED;
    let is_refused = is_redirect || status.is_informational();
    let status = StatusCode::from_u16(status.as_u16()).ok();
    let Some(status) = status.filter(|_| !is_refused) else {
        tracing::warn!(?status, "a status of a service is not passed on");
        return Err(ApiError::ApiUnavailable);
    };
    let mut response = HttpResponse::build(status);
    let received = transfer.response.headers().clone();
    let length = received.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let mut response = match length {
        _ if matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) => {
            response.finish()
        }
        Some(length) if method == Method::HEAD => response.body(SizedStream::new(
            length,
            stream::empty::<io::Result<Bytes>>(),
        )),
        Some(length) => response.body(SizedStream::new(length, parts(transfer))),
        None => response.streaming(parts(transfer)),
    };
    headers::of_response(&received, response.headers_mut());
    Ok(response)
}

/// The parts of the body. Breaks off if the service or the session ends, so that the browser does
/// not take a part for the whole.
fn parts(transfer: Transfer) -> impl Stream<Item = io::Result<Bytes>> {
    let began = Instant::now();
    let parts = stream::try_unfold(transfer, move |mut transfer| async move {
        let part = transfer.next(began + MAX_TIME).await;
        let part = part.inspect_err(|error| tracing::warn!(%error, "a response broke off"))?;
        Ok(part.map(|part| (part, transfer)))
    });
    Box::pin(parts)
}

impl Transfer {
    async fn next(&mut self, end: Instant) -> io::Result<Option<Bytes>> {
        let until = Instant::now() + self.read_timeout;
        loop {
            if self.checked_at.elapsed() >= CHECK_INTERVAL {
                self.checked_at = Instant::now();
                self.watch.check(self.until).map_err(io::Error::other)?;
            }
            let now = Instant::now();
            if now > end {
                return Err(io::Error::other("it takes too long"));
            }
            if now > until {
                return Err(io::Error::other("the service sends nothing"));
            }
            let part = tokio::select! {
                biased;
                part = timeout(CHECK_INTERVAL, self.response.chunk()) => part,
                // An event stream has no last part that could be missed, and ends all the time.
                () = self.client.closed() => return match self.is_event_stream {
                    true => Ok(None),
                    false => Err(io::Error::other("the client went away")),
                },
            };
            match part {
                Ok(part) => return part.map_err(|error| io::Error::other(error.without_url())),
                Err(_) => self.client.start(),
            }
        }
    }
}
