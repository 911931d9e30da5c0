//! The whole backend on one screen: every route, what kind of route it is, and what a request
//! passes on its way there.

use std::{path::PathBuf, sync::Arc};

use actix_web::{
    Error, FromRequest, Handler, HttpResponse, Resource, Responder, Route,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard::fn_guard,
    middleware::from_fn,
    web::{Data, FormConfig, delete, get, post, resource, route, scope},
};

use crate::{
    clock::Clock,
    config::Config,
    cross_site::RouteKind::{self, Machine, Navigation, PageCall, SignOut},
    edge::Edge,
    entrance::{Entrance, Visitors},
    error::ApiError,
    identity_provider::IdentityProvider,
    oidc::Client,
    request_body::BodyLimits,
    routes::{
        backchannel_logout, callback, config, csp_reports,
        health::{self, Stopping},
        login, logout, openapi, profile, session, session_events, sessions, spa, token,
    },
    session::{
        Sessions,
        request::{require_access_token, require_session, session_cookies},
    },
    sign_in::SignIn,
};

/// The parts of the application, shared by all workers.
#[derive(Clone)]
#[expect(missing_docs, reason = "each type says what it is")]
pub struct Parts {
    pub config: Config,
    pub clock: Clock,
    pub oidc: Arc<Client>,
    pub identity_provider: Arc<IdentityProvider>,
    pub sessions: Arc<Sessions>,
    pub sign_in: Arc<SignIn>,
    pub visitors: Arc<Visitors>,
    pub stopping: Arc<Stopping>,
    pub frontend_dist: PathBuf,
}

/// The application. A request passes the middleware of a route from the last `wrap` to the first.
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
    let token_on = parts.config.session.token_endpoint;
    let body = BodyLimits {
        time: parts.config.limits.read_timeout,
        size: parts.config.limits.max_body,
    };
    let to = Ways {
        visitors: Arc::clone(&parts.visitors),
        sessions: Arc::clone(&parts.sessions),
    };

    let login = only_get("/api/auth/login", login::login);
    let callback = only_get("/api/auth/callback", callback::callback);
    let logout = resource("/api/auth/logout")
        .route(get().to(logout::logout))
        .route(post().to(logout::logout))
        .default_service(other_methods("GET, POST"));
    let backchannel_logout = resource("/api/auth/backchannel-logout")
        .route(post().to(backchannel_logout::backchannel_logout))
        .default_service(other_methods("POST"));
    let csp_reports = resource("/api/csp-reports")
        .route(post().to(csp_reports::csp_reports))
        .default_service(other_methods("POST"));
    let token = only_get("/api/auth/token", token::token)
        .guard(fn_guard(move |_| token_on))
        .wrap(from_fn(require_access_token));
    let session = only_get("/api/session", session::session).wrap(from_fn(require_session));
    let session_events = only_get("/api/session/events", session_events::events);
    let sessions_of_user = resource("/api/sessions")
        .route(get().to(sessions::list))
        .route(delete().to(sessions::end_all))
        .default_service(other_methods("GET, DELETE"))
        .wrap(from_fn(require_session));
    let session_of_user = resource("/api/sessions/{handle}")
        .route(delete().to(sessions::end_one))
        .default_service(other_methods("DELETE"))
        .wrap(from_fn(require_session));
    let profile = only_get("/api/profile", profile::profile).wrap(from_fn(require_access_token));

    let app = actix_web::App::new()
        .app_data(Data::new(parts.config))
        .app_data(Data::new(parts.clock))
        .app_data(Data::from(parts.oidc))
        .app_data(Data::from(parts.identity_provider))
        .app_data(Data::from(parts.sessions))
        .app_data(Data::from(parts.sign_in))
        .app_data(Data::from(parts.stopping))
        .app_data(FormConfig::default().limit(body.size))
        .service(to.route(Machine, only_get("/healthz", health::healthz)))
        .service(to.route(Machine, only_get("/readyz", health::readyz)))
        .service(to.route(Machine, only_get("/metrics", health::metrics)))
        .service(to.route_with_session(Navigation, login))
        .service(to.route_with_session(Navigation, callback))
        .service(to.route_with_session(SignOut, logout))
        .service(to.route(Machine, backchannel_logout))
        .service(to.route(PageCall, csp_reports))
        .service(to.route_with_session(PageCall, token))
        .service(to.route_with_session(PageCall, session))
        .service(to.route_with_session(PageCall, session_events))
        .service(to.route_with_session(PageCall, sessions_of_user))
        .service(to.route_with_session(PageCall, session_of_user))
        .service(to.route_with_session(PageCall, profile))
        .service(to.route(PageCall, only_get("/api/config", config::config)))
        .service(to.route(PageCall, only_get("/api/openapi.json", openapi::openapi)))
        .service(scope("/api").default_service(route().to(not_found)))
        .service(
            scope("")
                .wrap(from_fn(spa::caching))
                .service(spa::files(&parts.frontend_dist)),
        )
        .default_service(route().to(not_found))
        .wrap(Edge { https, body });
    #[cfg(feature = "otlp")]
    let app = app.wrap_fn(crate::traces::request);
    app
}

/// What a resource leads a request through.
trait Endpoint:
    ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = Error,
        InitError = (),
    > + 'static
{
}

impl<T> Endpoint for T where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse,
            Error = Error,
            InitError = (),
        > + 'static
{
}

/// What a request passes before a route.
struct Ways {
    visitors: Arc<Visitors>,
    sessions: Arc<Sessions>,
}

impl Ways {
    fn route(&self, kind: RouteKind, route: Resource<impl Endpoint>) -> Resource<impl Endpoint> {
        route.wrap(Entrance::new(kind, &self.visitors))
    }

    fn route_with_session(
        &self,
        kind: RouteKind,
        route: Resource<impl Endpoint>,
    ) -> Resource<impl Endpoint> {
        let route = route
            .wrap(self.sessions.id_cookie())
            .wrap(from_fn(session_cookies));
        self.route(kind, route)
    }
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
