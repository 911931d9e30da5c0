//! Kinds of Actix resources, and the responses to other paths and methods.

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, ResponseError, Route,
    guard::{Any, Get, Head},
    web::{get, post, resource, route},
};

use crate::{cross_site::is_shown, error::ApiError, page};

/// A resource that users open in a tab, with or without a `/` at the end of its path.
pub(crate) fn navigation(path: &str) -> Resource {
    resource([path.to_owned(), format!("{path}/")])
}

/// A resource that users open in a tab, by GET only.
pub(crate) fn navigation_only<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args, Output: Responder + 'static>,
    Args: FromRequest + 'static,
{
    navigation(path)
        .route(get().to(handler))
        .default_service(other_methods("GET"))
}

/// A resource that allows GET and HEAD only.
pub(crate) fn read_only<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args, Output: Responder + 'static>,
    Args: FromRequest + 'static,
{
    resource(path)
        .route(read().to(handler))
        .default_service(other_methods("GET, HEAD"))
}

/// A resource that allows POST only.
pub(crate) fn post_only<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args, Output: Responder + 'static>,
    Args: FromRequest + 'static,
{
    resource(path)
        .route(post().to(handler))
        .default_service(other_methods("POST"))
}

/// A route for GET and HEAD; the response to HEAD has no body (RFC 9110 section 9.3.2).
pub(crate) fn read() -> Route {
    route().guard(Any(Get()).or(Head()))
}

/// The response to methods that a resource does not allow: 405.
pub(crate) fn other_methods(allowed: &'static str) -> Route {
    route().to(move || async move { ApiError::method_not_allowed(allowed) })
}

/// 404: a page for a navigation, otherwise problem details.
pub(crate) async fn not_found(request: HttpRequest) -> HttpResponse {
    let error = ApiError::NotFound;
    if is_shown(request.headers()) {
        return page::notice(error.status_code(), "Not found", &error.to_string());
    }
    HttpResponse::from_error(error)
}
