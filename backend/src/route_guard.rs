//! Middleware of every route: cross-site check, rate limit, tracing span, error pages for
//! navigations.
//!
//! It runs after the router, so that no spelling of a path avoids it.

use std::{
    cell::RefCell,
    future::{Future, Ready, ready},
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, ready},
};

use actix_web::{
    Error, HttpRequest, HttpResponse, ResponseError,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::{
        Method, StatusCode,
        header::{ALLOW, CACHE_CONTROL, HeaderValue, PRAGMA, RETRY_AFTER},
    },
};
use futures_util::future::Either;
use pin_project_lite::pin_project;
use tracing::{Span, field};

use crate::{
    clients::Clients,
    cross_site::{RouteKind, Verdict, is_shown},
    error::ApiError,
    events, page,
    sign_in::{LoginError, LoginErrorReason},
};

/// Maximum of cached spans of a route, one per method.
const MAX_SPANS: usize = 8;

/// The middleware of a route.
#[derive(Clone, Debug)]
pub struct RouteGuard {
    kind: RouteKind,
    clients: Arc<Clients>,
}

impl RouteGuard {
    /// The middleware of a route.
    #[must_use]
    pub fn new(kind: RouteKind, clients: &Arc<Clients>) -> Self {
        let clients = Arc::clone(clients);
        Self { kind, clients }
    }

    /// The tracing span of a request: method and route, and the client's address if `LOG_ADDRESSES`
    /// is on. The query stays out of the log, as it may contain an authorization code.
    fn new_span(&self, request: &ServiceRequest) -> Span {
        tracing::info_span!(
            "request",
            method = request.method().as_str(),
            route = request.match_pattern(),
            client = self
                .clients
                .logged_address(request.request())
                .map(field::display)
        )
    }

    /// Returns the response to a refused request; `None` if it may pass.
    fn check(&self, request: &ServiceRequest, span: &Span) -> Option<HttpResponse> {
        match self.kind.judge(request.method(), request.headers()) {
            Verdict::Allowed => span.in_scope(|| self.check_rate_limit(request.request())),
            // After an error, browsers send the request again when the user opens the page; a
            // success they show without another request.
            Verdict::Speculative => Some(page::notice(
                StatusCode::SERVICE_UNAVAILABLE,
                "Not opened yet",
                "Your browser requested this page before you did. Reload it to go on.",
            )),
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

    /// Counts logins, changes and logout tokens. Handlers count sign-outs without a session and
    /// callbacks without a login attempt.
    fn check_rate_limit(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        match self.kind {
            RouteKind::Navigation => self.clients.limit_browser(request),
            RouteKind::PageCall if !reads => self.clients.limit_browser(request),
            RouteKind::Machine if !reads => self.clients.limit_machine(request),
            _ => None,
        }
    }
}

fn refused(error: ApiError) -> HttpResponse {
    events::cross_site_refused(&error);
    HttpResponse::from_error(error)
}

/// Adds cache headers, turns errors of navigations into pages, and logs the status.
fn finish(kind: RouteKind, mut response: ServiceResponse) -> ServiceResponse {
    if kind.is_navigation() {
        response = as_page(response);
    }
    // Responses must not be cached (ASVS 14.3.2).
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    let status = response.status();
    let request = response.request();
    let is_speculative = || kind.judge(request.method(), request.headers()) == Verdict::Speculative;
    if status.is_server_error() && !is_speculative() {
        tracing::warn!(status = status.as_u16(), "answered");
    } else {
        tracing::debug!(status = status.as_u16(), "answered");
    }
    response
}

/// Replaces problem details by a page, or by a redirect to the error page of the single-page app.
fn as_page(response: ServiceResponse) -> ServiceResponse {
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
        ApiError::MethodNotAllowed if shown => {
            page::notice(response.status(), "Not possible", &error.to_string())
        }
        ApiError::RateLimited if shown => {
            page::notice(response.status(), "Too many requests", &error.to_string())
        }
        _ => return response,
    };
    for name in [RETRY_AFTER, ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    ServiceResponse::new(response.into_parts().0, page)
}

impl<S> Transform<S, ServiceRequest> for RouteGuard
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = RouteGuardService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, route: S) -> Self::Future {
        ready(Ok(RouteGuardService {
            guard: self.clone(),
            route,
            spans: RefCell::default(),
        }))
    }
}

/// A route behind its guard.
#[derive(Debug)]
pub struct RouteGuardService<S> {
    guard: RouteGuard,
    route: S,
    /// Spans by method. Requests that look the same in the log share one.
    spans: RefCell<Vec<(Method, Rc<Span>)>>,
}

impl<S> RouteGuardService<S> {
    fn span(&self, request: &ServiceRequest) -> Rc<Span> {
        let method = request.method();
        let mut spans = self.spans.borrow_mut();
        if let Some((_, span)) = spans.iter().find(|(known, _)| known == method) {
            return Rc::clone(span);
        }
        let span = Rc::new(self.guard.new_span(request));
        // Clients can send any method; the number of kept spans is bounded.
        if !self.guard.clients.log_addresses() && spans.len() < MAX_SPANS {
            spans.push((method.clone(), Rc::clone(&span)));
        }
        span
    }
}

impl<S> Service<ServiceRequest> for RouteGuardService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = GuardFuture<S::Future>;

    forward_ready!(route);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let span = self.span(&request);
        let response = match self.guard.check(&request, &span) {
            Some(refusal) => Either::Left(ready(Ok(ServiceResponse::new(
                request.into_parts().0,
                refusal,
            )))),
            None => Either::Right(self.route.call(request)),
        };
        GuardFuture {
            response,
            kind: self.guard.kind,
            span,
        }
    }
}

pin_project! {
    /// The response, polled within the request's span.
    #[derive(Debug)]
    pub struct GuardFuture<F> {
        #[pin]
        response: Either<Ready<Result<ServiceResponse, Error>>, F>,
        kind: RouteKind,
        span: Rc<Span>,
    }
}

impl<F: Future<Output = Result<ServiceResponse, Error>>> Future for GuardFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _entered = this.span.enter();
        let response = ready!(this.response.poll(context))?;
        Poll::Ready(Ok(finish(*this.kind, response)))
    }
}
