//! The whole backend on one screen: every middleware, in order, and every route.

use actix_web::{
    Error, FromRequest, Handler, HttpResponse, Resource, Responder, Route,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard::fn_guard,
    middleware::from_fn,
    web::{Data, delete, get, post, resource, route, scope},
};
use tracing_actix_web::TracingLogger;

use crate::{
    Parts,
    config::Switch,
    cross_site,
    error::ApiError,
    routes::{
        backchannel_logout, callback, config, health, login, logout, openapi, profile, session,
        sessions, spa, token,
    },
    security_headers::{no_store, security_headers},
    session::{exchange, guard, stop_when_unavailable},
    telemetry::RequestSpan,
};

/// The application. A request passes the middleware from the last `wrap` to the first.
pub fn app(
    parts: Parts,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let https = parts.config.server.public_url.scheme() == "https";
    let token_on = parts.config.session.token_endpoint == Switch::On;
    let require_session = || from_fn(guard::require_session);
    let require_access_token = || from_fn(guard::require_access_token);

    let auth = scope("/auth")
        .service(only_get("/login", login::login))
        .service(only_get("/callback", callback::callback))
        .service(
            resource("/logout")
                .route(get().to(logout::logout))
                .route(post().to(logout::logout))
                .default_service(other_methods("GET, POST")),
        )
        .service(
            resource("/backchannel-logout")
                .route(post().to(backchannel_logout::backchannel_logout))
                .default_service(other_methods("POST")),
        )
        .service(
            only_get("/token", token::token)
                .guard(fn_guard(move |_| token_on))
                .wrap(require_access_token()),
        )
        .default_service(route().to(not_found));

    let api = scope("/api")
        .service(only_get("/config", config::config))
        .service(only_get("/openapi.json", openapi::openapi))
        .service(auth)
        .service(only_get("/session", session::session).wrap(require_session()))
        .service(
            resource("/sessions")
                .route(get().to(sessions::list))
                .route(delete().to(sessions::end_all))
                .default_service(other_methods("GET, DELETE"))
                .wrap(require_session()),
        )
        .service(
            resource("/sessions/{handle}")
                .route(delete().to(sessions::end_one))
                .default_service(other_methods("DELETE"))
                .wrap(require_session()),
        )
        .service(only_get("/profile", profile::profile).wrap(require_access_token()))
        .default_service(route().to(not_found))
        .wrap(from_fn(stop_when_unavailable))
        .wrap(parts.sessions.middleware())
        .wrap(from_fn(exchange))
        .wrap(from_fn(cross_site::guard))
        .wrap(no_store());

    actix_web::App::new()
        .app_data(Data::new(parts.config))
        .app_data(Data::new(parts.clock))
        .app_data(Data::from(parts.oidc))
        .app_data(Data::from(parts.wristband))
        .app_data(Data::from(parts.sessions))
        .app_data(Data::from(parts.sign_in))
        .app_data(Data::from(parts.stopping))
        .service(only_get("/healthz", health::healthz))
        .service(only_get("/readyz", health::readyz))
        .service(only_get("/metrics", health::metrics))
        .service(api)
        .service(
            scope("")
                .wrap(from_fn(spa::caching))
                .service(spa::files(&parts.frontend_dist)),
        )
        .wrap(security_headers(https))
        .wrap(TracingLogger::<RequestSpan>::new())
}

/// An address that answers to GET alone.
fn only_get<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args, Output: Responder + 'static>,
    Args: FromRequest + 'static,
{
    resource(path)
        .route(get().to(handler))
        .default_service(other_methods("GET"))
}

/// The answer to methods that an address does not have.
fn other_methods(allowed: &'static str) -> Route {
    route().to(move || async move { ApiError::method_not_allowed(allowed) })
}

async fn not_found() -> HttpResponse {
    HttpResponse::from_error(ApiError::NotFound)
}
