//! Headers that every response carries (ASVS 3.4), errors included: the outermost layer.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::{
    Error,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    error::InternalError,
    http::header::{
        CONTENT_SECURITY_POLICY, CROSS_ORIGIN_OPENER_POLICY, CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderMap, HeaderName, HeaderValue, PERMISSIONS_POLICY, REFERRER_POLICY,
        STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};
use pin_project_lite::pin_project;

const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        CROSS_ORIGIN_OPENER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        PERMISSIONS_POLICY,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
];
/// What a page of the backend's own says for itself.
const UNLESS_SAID: [(HeaderName, HeaderValue); 2] = [
    // Nothing but our own files runs, loads or is called; nobody may frame us.
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
             form-action 'self'; frame-ancestors 'none'",
        ),
    ),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];
/// Keeps browsers from ever using http again.
const HTTPS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// The middleware. `https` says that browsers reach the application over https.
#[derive(Clone, Copy, Debug)]
pub struct SecurityHeaders {
    /// Whether to keep browsers from ever using http again.
    pub https: bool,
}

impl SecurityHeaders {
    fn add_to(self, headers: &mut HeaderMap) {
        headers.reserve(ALWAYS.len() + UNLESS_SAID.len() + 1);
        for (name, value) in ALWAYS {
            headers.insert(name, value);
        }
        for (name, value) in UNLESS_SAID {
            if !headers.contains_key(&name) {
                headers.insert(name, value);
            }
        }
        if self.https {
            headers.insert(STRICT_TRANSPORT_SECURITY, HTTPS);
        }
    }

    fn add_to_error(self, error: Error) -> Error {
        let mut response = error.error_response();
        self.add_to(response.headers_mut());
        InternalError::from_response(error, response).into()
    }
}

impl<S, B> Transform<S, ServiceRequest> for SecurityHeaders
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = WithHeaders<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(WithHeaders {
            headers: *self,
            inner,
        }))
    }
}

/// The application within.
#[derive(Debug)]
pub struct WithHeaders<S> {
    headers: SecurityHeaders,
    inner: S,
}

impl<S, B> Service<ServiceRequest> for WithHeaders<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = Answer<S::Future>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        Answer {
            answer: self.inner.call(request),
            headers: self.headers,
        }
    }
}

pin_project! {
    /// The answer under way.
    #[derive(Debug)]
    pub struct Answer<F> {
        #[pin]
        answer: F,
        headers: SecurityHeaders,
    }
}

impl<F, B> Future for Answer<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let headers = *this.headers;
        Poll::Ready(match ready!(this.answer.poll(context)) {
            Ok(mut response) => {
                headers.add_to(response.headers_mut());
                Ok(response)
            }
            Err(error) => Err(headers.add_to_error(error)),
        })
    }
}
