//! The whole backend on one screen: every route, its kind, and its middleware.

use std::{path::PathBuf, sync::Arc};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard::fn_guard,
    middleware::from_fn,
    web::{Data, FormConfig, delete, get, post, put, resource, route, scope},
};
use oidc_client::Client;
use storage::Clock;

use crate::{
    apis::{self, Service},
    clients::Clients,
    config::Config,
    cross_site::RouteKind::{Callback, Machine, Navigation, PageCall, SignOut},
    edge::Edge,
    error::ApiError,
    identity_provider::IdentityProvider,
    request_body::BodyLimits,
    resources::{
        navigation, navigation_only, not_found, other_methods, post_only, read, read_only,
    },
    roles::{ADMINISTRATOR, require_role},
    route_layers::RouteLayers,
    routes::{
        admin, backchannel_logout, callback, config, csp_reports, device,
        health::{self, Stopping},
        login, logout, openapi, payments, preferences, profile, session, session_events, sessions,
        spa, token,
    },
    sign_in::SignIn,
    step_up::{SECOND_FACTOR, require_acr, require_recent_sign_in},
};
use ::sessions::{
    Sessions,
    actix::{require_access_token, require_session, require_session_of_page},
};

/// The state of the application, shared by all workers.
#[derive(Clone)]
#[expect(missing_docs, reason = "each type says what it is")]
pub struct AppState {
    pub config: Config,
    pub clock: Clock,
    pub oidc: Arc<Client>,
    pub identity_provider: Arc<IdentityProvider>,
    pub sessions: Arc<Sessions>,
    pub sign_in: Arc<SignIn>,
    pub clients: Arc<Clients>,
    pub stopping: Arc<Stopping>,
    pub orders: Option<Arc<Service>>,
    pub frontend_dist: PathBuf,
}

/// The application. A request passes the middleware of a route from the last `wrap` to the first.
pub fn app(
    state: AppState,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let https = state.config.server.public_url().scheme() == "https";
    let token_on = state.config.session.token_endpoint;
    let recent_sign_in = require_recent_sign_in(state.config.session.recent_sign_in);
    let binds_devices = state.sessions.binds_devices();
    let body = BodyLimits {
        time: state.config.limits.read_timeout,
        size: state.config.limits.max_body,
    };
    let layers = RouteLayers::new(&state.clients, &state.sessions);

    let login = navigation_only("/api/auth/login", login::login);
    let callback = navigation_only("/api/auth/callback", callback::callback);
    let logout = navigation("/api/auth/logout")
        .route(get().to(logout::logout))
        .route(post().to(logout::logout))
        .default_service(other_methods("GET, POST"));
    let backchannel_logout = post_only("/api/auth/backchannel-logout", backchannel_logout::receive);
    let csp_reports = post_only("/api/csp-reports", csp_reports::csp_reports);
    let token = read_only("/api/auth/token", token::token)
        .guard(fn_guard(move |_| token_on))
        .wrap(from_fn(require_access_token::<ApiError, _>));
    let session = read_only("/api/session", session::session)
        .wrap(from_fn(require_session_of_page::<ApiError, _>));
    let session_events = read_only("/api/session/events", session_events::events);
    let device_register = post_only("/api/session/device/register", device::register)
        .guard(fn_guard(move |_| binds_devices));
    let device_refresh = post_only("/api/session/device/refresh", device::refresh)
        .guard(fn_guard(move |_| binds_devices));
    let sessions_of_user = resource("/api/sessions")
        .route(read().to(sessions::list))
        .route(delete().to(sessions::end_all).wrap(recent_sign_in))
        .default_service(other_methods("GET, HEAD, DELETE"))
        .wrap(from_fn(require_session::<ApiError, _>));
    let session_of_user = resource("/api/sessions/{handle}")
        .route(delete().to(sessions::end_one))
        .default_service(other_methods("DELETE"))
        .wrap(from_fn(require_session::<ApiError, _>));
    let preferences = resource("/api/preferences")
        .route(read().to(preferences::read))
        .route(put().to(preferences::replace))
        .default_service(other_methods("GET, HEAD, PUT"))
        .wrap(from_fn(require_session::<ApiError, _>));
    let payments = resource("/api/payments")
        .route(post().to(payments::pay).wrap(require_acr(SECOND_FACTOR)))
        .default_service(other_methods("POST"))
        .wrap(from_fn(require_session::<ApiError, _>));
    let profile = read_only("/api/profile", profile::profile)
        .wrap(from_fn(require_access_token::<ApiError, _>));
    let node_counts = read_only("/api/admin/node", admin::node)
        .wrap(require_role(ADMINISTRATOR))
        .wrap(from_fn(require_session::<ApiError, _>));

    let services = apis::Services(state.orders.iter().cloned().collect());
    let streamed = state.orders.as_ref().map(|orders| orders.api.path);
    let orders = apis::route("/api/orders", state.orders.clone())
        .wrap(from_fn(require_session::<ApiError, _>));

    actix_web::App::new()
        .app_data(Data::new(state.config))
        .app_data(Data::new(services))
        .app_data(Data::new(state.clock))
        .app_data(Data::from(state.oidc))
        .app_data(Data::from(state.identity_provider))
        .app_data(Data::from(state.sessions))
        .app_data(Data::from(state.sign_in))
        .app_data(Data::from(state.stopping))
        .app_data(Data::from(state.clients))
        .app_data(Data::new(spa::Dist(state.frontend_dist.clone())))
        .app_data(FormConfig::default().limit(body.size))
        // In this order: patterns with several paths cost a regular expression, so they come last.
        .service(layers.with_session(PageCall, session))
        .service(layers.with_session(PageCall, session_events))
        .service(layers.with_session(PageCall, profile))
        .service(layers.with_session(PageCall, node_counts))
        .service(layers.with_session(PageCall, preferences))
        .service(layers.with_session(PageCall, payments))
        .service(layers.with_session(PageCall, token))
        .service(layers.with_session(PageCall, sessions_of_user))
        .service(layers.with_session(PageCall, device_register))
        .service(layers.with_session(PageCall, device_refresh))
        .service(layers.without_session(Machine, read_only("/healthz", health::healthz)))
        .service(layers.without_session(Machine, read_only("/readyz", health::readyz)))
        .service(layers.without_session(Machine, read_only("/metrics", health::metrics)))
        .service(layers.without_session(Machine, backchannel_logout))
        .service(layers.without_session(PageCall, csp_reports))
        .service(layers.without_session(PageCall, read_only("/api/config", config::config)))
        .service(layers.without_session(PageCall, read_only("/api/openapi.json", openapi::openapi)))
        .service(layers.with_session(Navigation, login))
        .service(layers.with_session(Callback, callback))
        .service(layers.with_session(SignOut, logout))
        .service(layers.with_session(PageCall, session_of_user))
        .service(layers.with_session(PageCall, orders))
        .service(scope("/api").default_service(route().to(not_found)))
        .service(
            scope("")
                .wrap(from_fn(spa::caching))
                .service(spa::files(&state.frontend_dist)),
        )
        .default_service(route().to(not_found))
        .wrap(Edge::new(https, body, streamed))
}
