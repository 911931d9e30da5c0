//! `GET /api/openapi.json`: the interface, generated from the code. The page's types come from it.

use std::sync::LazyLock;

use actix_web::{HttpResponse, Responder};
use utoipa::OpenApi;

use super::{
    admin, config, device, payments, preferences, profile, session, session_events, sessions, token,
};
use crate::{apis::forward, sign_in::LoginErrorReason};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sessions",
        description = "The endpoints that the single-page app calls.",
        license(name = "MIT")
    ),
    paths(
        admin::node,
        config::config,
        device::register,
        device::refresh,
        forward::forward,
        payments::pay,
        preferences::read,
        preferences::replace,
        profile::profile,
        session::session,
        session_events::events,
        sessions::list,
        sessions::end_one,
        sessions::end_all,
        token::token
    ),
    components(schemas(LoginErrorReason))
)]
struct Document;

// Fails only for maps with keys that are not strings; an OpenAPI document has none.
static DOCUMENT: LazyLock<String> =
    LazyLock::new(|| Document::openapi().to_pretty_json().unwrap_or_default());

/// The document as JSON.
pub fn document() -> &'static str {
    &DOCUMENT
}

/// The OpenAPI document.
pub async fn openapi() -> impl Responder {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(document())
}
