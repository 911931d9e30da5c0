//! Sends a request on to its service.

use std::{sync::Arc, time::Instant};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, Resource,
    guard::fn_guard,
    http::header::{CONTENT_LENGTH, RETRY_AFTER},
    web::{self, Data, ReqData},
};
use reqwest::{Response, StatusCode, header::WWW_AUTHENTICATE};
use sessions::{AccessToken, LiveSession, Sessions};
use storage::Clock;

use super::{
    Service,
    body::Body,
    call::{Call, Forwarder},
    headers,
    response::{self, Transfer},
    session_watch::SessionWatch,
    step_up::StepUp,
};
use crate::{
    client_watch::ClientWatch,
    error::{ApiError, GuardProblems, Problem},
    request_body::DeferredBody,
};

/// A service that refuses a token younger than this, in seconds, would refuse its successor, too.
const MIN_RENEWABLE_AGE: i64 = 10;
/// Kinds of requests (`Sec-Fetch-Dest`) whose responses can be no script, style or frame of a page.
const DESTINATIONS: [&[u8]; 5] = [b"empty", b"document", b"image", b"audio", b"video"];

/// The route of a service: `path` and everything below it, with every method. Without a service it
/// does not exist.
pub fn route(path: &str, service: Option<Arc<Service>>) -> Resource {
    let forwarder = service.and_then(Forwarder::new);
    let is_configured = forwarder.is_some();
    let resource = web::resource([path.to_owned(), format!("{path}/{{path:.*}}")])
        .guard(fn_guard(move |_| is_configured))
        .default_service(web::route().to(forward));
    match forwarder {
        Some(forwarder) => resource.app_data(Data::new(forwarder)),
        None => resource,
    }
}

/// A request to the service of orders. It is sent on with the user's access token, if the allow
/// list has it; so are requests below this path.
#[utoipa::path(
    method(get, post), path = "/api/orders", operation_id = "callOrders",
    responses(
        (status = 200, description = "the response of the service, whatever its status"),
        (status = 403, body = Problem, content_type = "application/problem+json",
            description = "the service asks for another sign-in, with `max_age` or `acr_values`"),
        (status = 404, body = Problem, content_type = "application/problem+json",
            description = "not in the allow list, or no service is configured"),
        (status = 429, body = Problem, content_type = "application/problem+json",
            description = "too many requests are under way"),
        (status = 502, body = Problem, content_type = "application/problem+json",
            description = "the service failed or refuses the token; still signed in"),
        (status = 504, body = Problem, content_type = "application/problem+json",
            description = "the service does not answer in time; still signed in"),
        GuardProblems,
    )
)]
pub async fn forward(
    request: HttpRequest,
    payload: web::Payload,
    current: ReqData<LiveSession>,
    forwarder: Data<Forwarder>,
    sessions: Data<Sessions>,
    clock: Data<Clock>,
) -> Result<HttpResponse, ApiError> {
    let service = &*forwarder.service;
    let method = request.method();
    let target = (service.api).target(&service.url, method.as_str(), request.uri());
    let target = target.ok_or(ApiError::NotFound)?;
    check(&request, service)?;
    let Some(permit) = service.concurrency.take(&current.session.user.id) else {
        let mut refusal = HttpResponse::from_error(ApiError::RateLimited);
        refusal.headers_mut().insert(RETRY_AFTER, 1.into());
        return Ok(refusal);
    };
    let rest = deferred_body(&request, payload);
    let body = Body::begin(&rest, &service.limits).await?;
    // The session may have ended while the body arrived.
    let watch = SessionWatch::new(&sessions, &current);
    watch.check(None)?;
    let proven_until = sessions.proven_until(&request, &current);
    let audience = service.audience.as_ref();
    let live = sessions.with_access_token(&request, &current, audience);
    let mut live = live.await?;
    let mut call = Call {
        forwarder: &forwarder,
        request: &request,
        target,
        watch,
        client: ClientWatch::new(&request),
    };
    let mut is_renewed = false;
    let (response, upload) = loop {
        let token = access_token(service, &live)?;
        let (response, upload) = match &body {
            Body::Complete(bytes) => (call.send(&token, bytes).await?, None),
            Body::Streamed(first) => {
                let (response, upload) = call.stream(&token, first, &rest).await?;
                (response, Some(upload))
            }
        };
        if response.status() != StatusCode::UNAUTHORIZED {
            break (response, upload);
        }
        if let Some(step_up) = step_up(&response) {
            return Ok(step_up.refusal(live.handle, request.headers()));
        }
        let age = clock.now().as_second() - token.issued_at.as_second();
        // Without a refresh token there is no way to renew it, and one service that refuses it does
        // not end a session.
        let is_renewable = live.session.tokens.refresh_token.is_some();
        if is_renewed || age < MIN_RENEWABLE_AGE || !is_renewable {
            let reason = "it refuses the access token";
            return Err(service.failed(reason, ApiError::ApiUnavailable));
        }
        // It may be revoked. A refresh shows it: if it is refused, the session ends.
        live = (sessions.with_another_token(&request, &live, audience)).await?;
        is_renewed = true;
        if let Body::Streamed(_) = body {
            let reason = "it refused the access token, which is renewed now";
            return Err(service.failed(reason, ApiError::ApiUnavailable));
        }
    };
    let is_event_stream = headers::is_event_stream(response.headers());
    let transfer = Transfer {
        is_event_stream,
        until: proven_until.filter(|_| is_event_stream),
        response,
        watch: call.watch,
        client: call.client,
        read_timeout: service.limits.time,
        checked_at: Instant::now(),
        _permit: permit,
        _upload: upload,
    };
    response::pass_on(transfer, method)
}

/// Refuses what no page may load from a service, and a body that is too large.
fn check(request: &HttpRequest, service: &Service) -> Result<(), ApiError> {
    let headers = request.headers();
    let destination = headers.get("sec-fetch-dest");
    if destination.is_some_and(|name| !DESTINATIONS.contains(&name.as_bytes())) {
        return Err(ApiError::Forbidden);
    }
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(length) if length > service.limits.body => Err(ApiError::InvalidRequest),
        _ => Ok(()),
    }
}

fn deferred_body(request: &HttpRequest, payload: web::Payload) -> DeferredBody {
    let deferred = request.extensions().get::<DeferredBody>().cloned();
    deferred.unwrap_or_else(|| DeferredBody::new(payload.into_inner()))
}

fn access_token(service: &Service, live: &LiveSession) -> Result<AccessToken, ApiError> {
    let tokens = &live.session.tokens;
    let token = tokens.access_token_for(service.audience.as_deref());
    token.ok_or(ApiError::IdentityProviderUnavailable)
}

fn step_up(response: &Response) -> Option<StepUp> {
    let challenges = response.headers().get_all(WWW_AUTHENTICATE);
    StepUp::read(challenges.iter().filter_map(|header| header.to_str().ok()))
}
