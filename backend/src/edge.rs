//! The outermost middleware: reads request bodies within limits and adds the security headers to
//! every response, errors included.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use actix_web::{
    Error,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    error::InternalError,
};
use futures_util::future::{Either, LocalBoxFuture};
use pin_project_lite::pin_project;

use crate::{
    request_body::{BodyLimits, DeferredBody, has_body},
    security_headers,
};

/// The middleware.
#[derive(Clone, Debug)]
pub struct Edge {
    /// `true` if browsers reach the application over https.
    https: bool,
    /// Limits of request bodies.
    body: BodyLimits,
    /// The path below which routes read bodies themselves, such as `/api/orders`. A path that is
    /// spelled in another way is read here.
    streamed: Option<&'static str>,
}

impl Edge {
    /// The middleware with these limits.
    pub fn new(https: bool, body: BodyLimits, streamed: Option<&'static str>) -> Self {
        Self {
            https,
            body,
            streamed,
        }
    }

    fn is_streamed(&self, path: &str) -> bool {
        let rest = self.streamed.and_then(|prefix| path.strip_prefix(prefix));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl<S> Transform<S, ServiceRequest> for Edge
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = EdgeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(EdgeService {
            edge: self.clone(),
            inner: Rc::new(inner),
        }))
    }
}

/// The wrapped service.
#[derive(Debug)]
pub struct EdgeService<S> {
    edge: Edge,
    inner: Rc<S>,
}

impl<S> Service<ServiceRequest> for EdgeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = EdgeFuture<S::Future>;

    forward_ready!(inner);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let response = if has_body(&mut request) {
            let (inner, limits) = (Rc::clone(&self.inner), self.edge.body);
            let is_streamed = self.edge.is_streamed(request.path());
            Either::Right(Box::pin(async move {
                if is_streamed && let Some(body) = DeferredBody::leave(&mut request) {
                    let response = inner.call(request).await?;
                    return Ok(body.keep_until_sent(response));
                }
                match limits.read(&mut request).await {
                    Ok(()) => inner.call(request).await,
                    Err(refusal) => Ok(request.into_response(refusal)),
                }
            }) as LocalBoxFuture<'static, _>)
        } else {
            Either::Left(self.inner.call(request))
        };
        let https = self.edge.https;
        EdgeFuture { response, https }
    }
}

pin_project! {
    /// The response, which begins after the request body was read.
    pub struct EdgeFuture<F> {
        #[pin]
        response: Either<F, LocalBoxFuture<'static, Result<ServiceResponse, Error>>>,
        https: bool,
    }
}

impl<F: Future<Output = Result<ServiceResponse, Error>>> Future for EdgeFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        Poll::Ready(match ready!(this.response.poll(context)) {
            Ok(mut response) => {
                security_headers::add_to(response.headers_mut(), *this.https);
                Ok(response)
            }
            Err(error) => {
                let mut response = error.error_response();
                security_headers::add_to(response.headers_mut(), *this.https);
                Err(InternalError::from_response(error, response).into())
            }
        })
    }
}
