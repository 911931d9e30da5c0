//! Requests that other sites make a browser send: refused where they would change something (ASVS 3.5.1 to 3.5.3).
//!
//! Browsers tell where a request comes from (Fetch Metadata); older ones at least name the origin. No token is needed
//! for that. A client that sends neither is not a browser and has no cookies to abuse.

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderName},
    },
    middleware::Next,
};

use crate::{error::ApiError, routes::is_navigation};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Refuses cross-site requests that change something, and calls to an address for navigation that are none.
///
/// # Errors
/// Those of the inner service.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (headers, path) = (request.headers(), request.path());
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) || path == "/api/auth/logout";
    let refused = if changes && !is_from_here(headers) {
        Some(ApiError::Forbidden)
    } else if is_navigation(path) && !is_top_level(headers) {
        // A redirect to the provider would only confuse whoever fetched or framed it.
        Some(ApiError::InvalidRequest)
    } else {
        None
    };
    match refused {
        None => Ok(next.call(request).await?.map_into_boxed_body()),
        Some(error) => {
            let shown = is_navigation(path) && text(headers, &FETCH_MODE) == Some("navigate");
            tracing::warn!(%error, "a cross-site or misplaced request was refused");
            Ok(request.into_response(if shown {
                page(error)
            } else {
                error.error_response()
            }))
        }
    }
}

/// Whether a page of this origin, or the user, made the request.
fn is_from_here(headers: &HeaderMap) -> bool {
    match text(headers, &FETCH_SITE) {
        // `none`: typed, bookmarked or opened from outside the browser.
        Some(site) => matches!(site, "same-origin" | "none"),
        None if headers.contains_key(FETCH_SITE) => false,
        None => match headers.get(header::ORIGIN) {
            Some(origin) => {
                let origin = origin
                    .to_str()
                    .ok()
                    .and_then(|origin| url::Url::parse(origin).ok());
                let authority = origin
                    .as_ref()
                    .map(|origin| &origin[url::Position::BeforeHost..url::Position::AfterPort]);
                authority.is_some() && authority == text(headers, &header::HOST)
            }
            None => true,
        },
    }
}

/// Whether the request replaces the page in a tab, as opposed to a fetch, a frame or an image.
fn is_top_level(headers: &HeaderMap) -> bool {
    let mode = text(headers, &FETCH_MODE).is_none_or(|mode| mode == "navigate");
    let destination =
        text(headers, &FETCH_DEST).is_none_or(|destination| destination == "document");
    mode && destination
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The refusal, for a person: the address bar shows no JSON.
fn page(error: ApiError) -> HttpResponse {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not allowed</title><h1>Not allowed</h1>\
         <p>{error}</p><p><a href=\"/\">Go to the start page</a></p></html>"
    );
    HttpResponse::build(error.status_code())
        .content_type("text/html; charset=utf-8")
        .body(body)
}
