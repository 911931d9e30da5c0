//! The body of a request, which anybody can send: read whole before its route, within a time and a
//! size.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpMessage, HttpResponse, ResponseError,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest},
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;

use crate::error::ApiError;

/// What a body may take.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Time to arrive.
    pub time: Duration,
    /// Bytes.
    pub size: usize,
}

/// Whether a body comes with the request.
pub fn has_body(request: &mut ServiceRequest) -> bool {
    !matches!(request.parts_mut().1, Payload::None)
}

impl BodyLimits {
    /// Reads the body, for the route to find.
    ///
    /// # Errors
    /// The answer to one that is too large, or takes too long.
    pub async fn read(self, request: &mut ServiceRequest) -> Result<(), HttpResponse> {
        let mut payload = request.take_payload();
        let read = tokio::time::timeout(self.time, collect(&mut payload, self.size));
        match read.await.ok().flatten() {
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

async fn collect(payload: &mut Payload, most: usize) -> Option<Bytes> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.ok()?;
        if body.len() + chunk.len() > most {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body.freeze())
}

/// The answer to a body that was not read to its end. It holds on to the rest until it is sent:
/// only then does Actix close the connection; a rest that was dropped it would wait for, without an
/// end.
struct Unread {
    body: BoxBody,
    _rest: Payload,
}

impl MessageBody for Unread {
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
