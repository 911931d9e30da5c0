//! The outermost layer: bodies are read within their limits, and every answer carries the security headers, errors
//! included.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use actix_web::{
    Error,
    body::EitherBody,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    error::InternalError,
};
use futures_util::future::LocalBoxFuture;
use pin_project_lite::pin_project;

use crate::{
    request_body::{BodyLimits, has_body},
    security_headers,
};

/// The middleware.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Whether browsers reach the application over https.
    pub https: bool,
    /// What bodies of requests may take.
    pub body: BodyLimits,
}

impl<S, B> Transform<S, ServiceRequest> for Edge
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = WithinEdge<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(WithinEdge {
            edge: *self,
            inner: Rc::new(inner),
        }))
    }
}

/// The application within.
#[derive(Debug)]
pub struct WithinEdge<S> {
    edge: Edge,
    inner: Rc<S>,
}

impl<S, B> Service<ServiceRequest> for WithinEdge<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Answer<S::Future, B>;

    forward_ready!(inner);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let https = self.edge.https;
        if !has_body(&mut request) {
            let answer = self.inner.call(request);
            return Answer::Plain { answer, https };
        }
        let (inner, limits) = (Rc::clone(&self.inner), self.edge.body);
        let answer = Box::pin(async move {
            match limits.read(&mut request).await {
                Ok(()) => Ok(inner.call(request).await?.map_into_left_body()),
                Err(refusal) => Ok(request.into_response(refusal).map_into_right_body()),
            }
        });
        Answer::AfterBody { answer, https }
    }
}

pin_project! {
    /// The answer under way.
    #[project = AnswerProjection]
    pub enum Answer<F, B> {
        /// To a request without a body.
        Plain {
            #[pin]
            answer: F,
            https: bool,
        },
        /// To one with a body.
        AfterBody {
            answer: LocalBoxFuture<'static, Result<ServiceResponse<EitherBody<B>>, Error>>,
            https: bool,
        },
    }
}

impl<F, B> Future for Answer<F, B>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = Result<ServiceResponse<EitherBody<B>>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (answer, https) = match self.project() {
            AnswerProjection::Plain { answer, https } => {
                let answer = ready!(answer.poll(context));
                (answer.map(ServiceResponse::map_into_left_body), *https)
            }
            AnswerProjection::AfterBody { answer, https } => {
                (ready!(answer.as_mut().poll(context)), *https)
            }
        };
        Poll::Ready(match answer {
            Ok(mut response) => {
                security_headers::add_to(response.headers_mut(), https);
                Ok(response)
            }
            Err(error) => {
                let mut response = error.error_response();
                security_headers::add_to(response.headers_mut(), https);
                Err(InternalError::from_response(error, response).into())
            }
        })
    }
}
