//! What each route is wrapped in: who may come in, what the log calls the request, and how a
//! refusal looks.
//!
//! It stands behind the router. However an address is spelled, what leads to the route leads
//! through here.

mod visitors;

use std::{
    cell::RefCell,
    future::{Future, Ready, ready},
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, ready},
};

use actix_web::{
    Error, HttpResponse, ResponseError,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::{
        Method,
        header::{CACHE_CONTROL, HeaderValue, PRAGMA, RETRY_AFTER},
    },
};
use futures_util::future::Either;
use pin_project_lite::pin_project;
use tracing::{Span, field};

pub use visitors::Visitors;

use crate::{
    cross_site::{RouteKind, Verdict, is_shown},
    error::ApiError,
    events, page,
    sign_in::{LoginError, LoginErrorReason},
};

/// Methods of which a route keeps the span.
const METHODS: usize = 8;

/// The middleware for a route of this kind.
#[derive(Clone, Debug)]
pub struct Entrance {
    kind: RouteKind,
    visitors: Arc<Visitors>,
}

impl Entrance {
    /// For a route of this kind.
    #[must_use]
    pub fn new(kind: RouteKind, visitors: &Arc<Visitors>) -> Self {
        let visitors = Arc::clone(visitors);
        Self { kind, visitors }
    }

    /// A span for requests like this one: method and route, and the client's address where that is
    /// wanted. What was asked for stays out of the log, as it may hold a code.
    fn new_span(&self, request: &ServiceRequest) -> Span {
        tracing::info_span!(
            "request",
            method = request.method().as_str(),
            route = request.match_pattern(),
            client = self.visitors.logged_address(request).map(field::display)
        )
    }

    /// The answer to a request that does not come in.
    fn refusal(&self, request: &ServiceRequest, span: &Span) -> Option<HttpResponse> {
        match self.kind.judge(request.method(), request.headers()) {
            Verdict::Allowed => {
                let seconds = self.visitors.count(self.kind, request).err()?;
                span.in_scope(events::rate_limited);
                let mut refusal = HttpResponse::from_error(ApiError::RateLimited);
                let headers = refusal.headers_mut();
                headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
                Some(refusal)
            }
            Verdict::Ask => Some(page::question(
                "Sign out?",
                "Your browser does not say whether you asked for this, or another site did.",
                "Sign out",
                "Stay signed in",
            )),
            Verdict::Foreign => Some(span.in_scope(|| refused(ApiError::Forbidden))),
            Verdict::NotInTab => Some(span.in_scope(|| refused(ApiError::InvalidRequest))),
        }
    }
}

fn refused(error: ApiError) -> HttpResponse {
    events::cross_site_refused(&error);
    HttpResponse::from_error(error)
}

/// What every answer of a route of this kind goes through.
fn finish(kind: RouteKind, mut response: ServiceResponse) -> ServiceResponse {
    if kind.is_navigation() {
        response = for_a_person(response);
    }
    // Answers are for this request only (ASVS 14.3.2).
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    let status = response.status();
    if status.is_server_error() {
        tracing::warn!(status = status.as_u16(), "answered");
    } else {
        tracing::debug!(status = status.as_u16(), "answered");
    }
    response
}

/// A page, or the error page of the single-page app, in the place of a problem.
fn for_a_person(response: ServiceResponse) -> ServiceResponse {
    let error = response.response().error();
    let Some(&error) = error.and_then(Error::as_error::<ApiError>) else {
        return response;
    };
    let shown = is_shown(response.request().headers());
    let mut page = match error {
        ApiError::SessionStoreUnavailable
        | ApiError::IdentityProviderUnavailable
        | ApiError::Internal => LoginError::from(LoginErrorReason::from(error)).error_response(),
        ApiError::Forbidden | ApiError::InvalidRequest if shown => {
            page::notice(response.status(), "Not allowed", &error.to_string())
        }
        ApiError::RateLimited if shown => {
            page::notice(response.status(), "Too many requests", &error.to_string())
        }
        _ => return response,
    };
    if let Some(after) = response.headers().get(RETRY_AFTER) {
        page.headers_mut().insert(RETRY_AFTER, after.clone());
    }
    ServiceResponse::new(response.into_parts().0, page)
}

impl<S> Transform<S, ServiceRequest> for Entrance
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = BehindEntrance<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, route: S) -> Self::Future {
        ready(Ok(BehindEntrance {
            entrance: self.clone(),
            route,
            spans: RefCell::default(),
        }))
    }
}

/// A route and its entrance.
#[derive(Debug)]
pub struct BehindEntrance<S> {
    entrance: Entrance,
    route: S,
    /// Requests with the same method, which look the same in the log, share a span.
    spans: RefCell<Vec<(Method, Rc<Span>)>>,
}

impl<S> BehindEntrance<S> {
    fn span(&self, request: &ServiceRequest) -> Rc<Span> {
        let method = request.method();
        let mut spans = self.spans.borrow_mut();
        if let Some((_, span)) = spans.iter().find(|(known, _)| known == method) {
            return Rc::clone(span);
        }
        let span = Rc::new(self.entrance.new_span(request));
        // Whatever is sent as a method, few are kept.
        if !self.entrance.visitors.log_addresses() && spans.len() < METHODS {
            spans.push((method.clone(), Rc::clone(&span)));
        }
        span
    }
}

impl<S> Service<ServiceRequest> for BehindEntrance<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Answer<S::Future>;

    forward_ready!(route);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let span = self.span(&request);
        let answer = match self.entrance.refusal(&request, &span) {
            Some(refusal) => Either::Left(ready(Ok(ServiceResponse::new(
                request.into_parts().0,
                refusal,
            )))),
            None => Either::Right(self.route.call(request)),
        };
        Answer {
            answer,
            kind: self.entrance.kind,
            span,
        }
    }
}

pin_project! {
    /// The answer under way, within the request's span.
    #[derive(Debug)]
    pub struct Answer<F> {
        #[pin]
        answer: Either<Ready<Result<ServiceResponse, Error>>, F>,
        kind: RouteKind,
        span: Rc<Span>,
    }
}

impl<F: Future<Output = Result<ServiceResponse, Error>>> Future for Answer<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _entered = this.span.enter();
        let response = ready!(this.answer.poll(context))?;
        Poll::Ready(Ok(finish(*this.kind, response)))
    }
}
