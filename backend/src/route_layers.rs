//! The middleware in front of every route.

use std::sync::Arc;

use actix_session::SessionMiddleware;
use actix_web::{
    Error, Resource,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
};
use sessions::{
    Sessions,
    actix::{IdStore, session_cookies},
};

use crate::{clients::Clients, cross_site::RouteKind, route_guard::RouteGuard};

/// The service of a resource; shortens the signatures below.
pub(crate) trait Endpoint:
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

/// The middleware in front of routes.
pub(crate) struct RouteLayers {
    clients: Arc<Clients>,
    sessions: Arc<Sessions>,
}

impl RouteLayers {
    pub(crate) fn new(clients: &Arc<Clients>, sessions: &Arc<Sessions>) -> Self {
        let (clients, sessions) = (Arc::clone(clients), Arc::clone(sessions));
        Self { clients, sessions }
    }

    pub(crate) fn without_session(
        &self,
        kind: RouteKind,
        route: Resource<impl Endpoint>,
    ) -> Resource<impl Endpoint> {
        route.wrap(RouteGuard::new(kind, &self.clients))
    }

    pub(crate) fn with_session(
        &self,
        kind: RouteKind,
        route: Resource<impl Endpoint>,
    ) -> Resource<impl Endpoint> {
        let id_cookie: SessionMiddleware<IdStore> = self.sessions.id_cookie();
        let route = route.wrap(id_cookie).wrap(from_fn(session_cookies));
        self.without_session(kind, route)
    }
}
