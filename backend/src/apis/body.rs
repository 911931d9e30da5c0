//! The body of a request: complete if it is short, so that it can be sent once more; else streamed.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::{
    error::PayloadError,
    rt,
    web::{Bytes, BytesMut},
};
use http_body::Frame;
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};

use super::{Limits, service::MAX_TIME, session_watch::SessionWatch};
use crate::{error::ApiError, request_body::DeferredBody};

/// Maximum of bytes of a body that is kept until the service has answered.
const REPLAYABLE: usize = 64 * 1024;

/// The body of a request.
pub(super) enum Body {
    /// All of it.
    Complete(Bytes),
    /// Its beginning; the rest comes from the client.
    Streamed(Bytes),
}

/// The outcome of an upload.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Uploaded {
    /// The service has all of it, or has stopped reading.
    Done,
    /// The client went away, sent nothing for too long, or too much.
    Broken,
    /// The service did not read for too long.
    Stalled,
    /// The session ended, or cannot be checked.
    Refused(ApiError),
}

impl Body {
    /// Reads the body, or its first [`REPLAYABLE`] bytes, within [`Limits::read_time`] in all.
    ///
    /// # Errors
    /// `InvalidRequest` if the client goes away or is too slow.
    pub(super) async fn begin(body: &DeferredBody, limits: &Limits) -> Result<Self, ApiError> {
        let begun = timeout(limits.read_time, begin(body)).await;
        begun.map_err(|_| ApiError::InvalidRequest)?
    }
}

async fn begin(body: &DeferredBody) -> Result<Body, ApiError> {
    let mut begun = BytesMut::new();
    while begun.len() <= REPLAYABLE {
        match next(body).await? {
            Some(chunk) => begun.extend_from_slice(&chunk),
            None => return Ok(Body::Complete(begun.freeze())),
        }
    }
    Ok(Body::Streamed(begun.freeze()))
}

async fn next(body: &DeferredBody) -> Result<Option<Bytes>, ApiError> {
    let chunk: Result<Option<Bytes>, PayloadError> = body.next().await.transpose();
    chunk.map_err(|_| ApiError::InvalidRequest)
}

/// Passes a body on while the client sends it, one part at a time. Stops when it is dropped, and
/// when the session ends.
pub(super) struct Upload(JoinHandle<Uploaded>);

impl Upload {
    /// Starts, and returns the body for the service.
    pub(super) fn start(
        first: Bytes,
        rest: DeferredBody,
        limits: Limits,
        watch: SessionWatch,
    ) -> (Self, ChannelBody) {
        let (parts, receiver) = mpsc::channel(1);
        let upload = timeout(MAX_TIME, pass_on(first, rest, limits, parts));
        let upload = rt::spawn(async move {
            tokio::select! {
                uploaded = upload => uploaded.unwrap_or(Uploaded::Stalled),
                error = watch.ended() => Uploaded::Refused(error),
            }
        });
        let body = ChannelBody { receiver };
        (Self(upload), body)
    }

    /// Waits until it is over.
    pub(super) async fn finished(&mut self) -> Uploaded {
        (&mut self.0).await.unwrap_or(Uploaded::Broken)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The parts of a body; `None` at its end.
type Parts = mpsc::Sender<Option<Bytes>>;

async fn pass_on(first: Bytes, rest: DeferredBody, limits: Limits, parts: Parts) -> Uploaded {
    let mut part = Some(first);
    let mut sent = 0;
    loop {
        sent += part.as_ref().map_or(0, |part| part.len() as u64);
        if sent > limits.body {
            return Uploaded::Broken;
        }
        let is_last = part.is_none();
        match timeout(limits.time, parts.send(part)).await {
            Err(_) => return Uploaded::Stalled,
            Ok(Err(_)) => return Uploaded::Done,
            Ok(Ok(())) if is_last => return Uploaded::Done,
            Ok(Ok(())) => {}
        }
        part = match timeout(limits.read_time, next(&rest)).await {
            Ok(Ok(part)) => part,
            _ => return Uploaded::Broken,
        };
    }
}

/// A body whose parts come through a channel. If the channel closes before its end, the request to
/// the service breaks off, so that the service does not take a part for the whole.
pub(super) struct ChannelBody {
    receiver: mpsc::Receiver<Option<Bytes>>,
}

impl http_body::Body for ChannelBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(match ready!(self.receiver.poll_recv(context)) {
            Some(Some(part)) => Some(Ok(Frame::data(part))),
            Some(None) => None,
            None => Some(Err(io::Error::other("the request broke off"))),
        })
    }
}
