//! Request bodies: read completely before the route, within a time and a size.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpMessage, HttpResponse, ResponseError,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{Method, header::UPGRADE},
    web::{Bytes, BytesMut},
};
use futures_util::{StreamExt, future::poll_fn};

use crate::error::ApiError;

/// Limits of a request body.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Longest time until it is complete.
    pub time: Duration,
    /// Maximum of bytes.
    pub size: usize,
}

/// Returns `true` if the request has a body.
pub fn has_body(request: &mut ServiceRequest) -> bool {
    !matches!(request.parts_mut().1, Payload::None)
}

impl BodyLimits {
    /// Reads the body and puts it back into the request for the route.
    ///
    /// # Errors
    /// The response (400) to a body that is too large or too slow, or to another protocol.
    pub async fn read(self, request: &mut ServiceRequest) -> Result<(), HttpResponse> {
        let mut payload = request.take_payload();
        let body = if is_upgrade(request) {
            None
        } else {
            let read = tokio::time::timeout(self.time, collect(&mut payload, self.size));
            read.await.ok().flatten()
        };
        match body {
            Some(body) => {
                request.set_payload(Payload::from(body));
                Ok(())
            }
            None => Err(ApiError::InvalidRequest
                .error_response()
                .map_body(|_, body| {
                    BoxBody::new(Unread {
                        body,
                        _rest: payload,
                    })
                })),
        }
    }
}

/// The body of a request that its route reads, within limits of its own.
#[derive(Clone)]
pub struct DeferredBody(Rc<RefCell<Payload>>);

impl DeferredBody {
    /// A body that was not left for the route, as it was read before.
    pub fn new(body: Payload) -> Self {
        Self(Rc::new(RefCell::new(body)))
    }

    /// Leaves the body for the route, in the extensions of the request. `None` if the client
    /// requests another protocol.
    pub fn leave(request: &mut ServiceRequest) -> Option<Self> {
        if is_upgrade(request) {
            return None;
        }
        let body = Self::new(request.take_payload());
        request.extensions_mut().insert(body.clone());
        Some(body)
    }

    /// Keeps what is left of the body until the response is sent: Actix would wait for it forever.
    pub fn keep_until_sent(self, response: ServiceResponse) -> ServiceResponse {
        response.map_body(|_, body| BoxBody::new(Unread { body, _rest: self }))
    }

    /// Returns the next part of the body; `None` at its end.
    pub async fn next(&self) -> Option<Result<Bytes, PayloadError>> {
        poll_fn(|context| self.0.borrow_mut().poll_next_unpin(context)).await
    }
}

/// `true` if the client requests another protocol on this connection, which Actix treats as a body
/// without an end.
fn is_upgrade(request: &ServiceRequest) -> bool {
    let upgrade = request.headers().get(UPGRADE);
    let websocket = upgrade.is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
    websocket || request.method() == Method::CONNECT
}

async fn collect(payload: &mut Payload, max_bytes: usize) -> Option<Bytes> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.ok()?;
        if body.len() + chunk.len() > max_bytes {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body.freeze())
}

/// The response to a body that was not read to its end. It keeps the rest until it is sent, so that
/// Actix then closes the connection; if the rest were dropped, Actix would wait for it forever.
struct Unread<T> {
    body: BoxBody,
    _rest: T,
}

impl<T: Unpin> MessageBody for Unread<T> {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
