//! `GET /healthz`, `/readyz` and `/metrics`: liveness, readiness and metrics for monitoring.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{HttpResponse, Responder, web::Data};
use oidc_client::Client;
use serde::Serialize;
use utoipa::ToSchema;

use super::spa::Dist;
use sessions::Sessions;

use crate::{apis::Services, identity_provider::IdentityProvider, metrics};

/// Set on SIGTERM: the process finishes its requests and is no longer ready.
#[derive(Debug, Default)]
pub struct Stopping(AtomicBool);

impl Stopping {
    /// Marks the process as shutting down.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The readiness of this process.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    ready: bool,
    /// `true` after SIGTERM.
    stopping: bool,
    session_store: State,
    /// The pages of the single-page app; without them `/` responds with 503.
    frontend: State,
    /// For information: this process is ready also without the provider.
    identity_provider: State,
    /// Optional features that it does not offer, by the names of its metadata.
    identity_provider_lacks: Vec<&'static str>,
    /// Its requirements that this application does not support, by the same names: nobody can sign
    /// in.
    identity_provider_unsupported: Vec<&'static str>,
    /// Services whose `resource` (RFC 8707) it ignored: they get a token without their audience.
    apis_without_audience: Vec<&'static str>,
}

#[derive(Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    Available,
    Unavailable,
}

/// Liveness: 200.
pub async fn healthz() -> impl Responder {
    HttpResponse::Ok().body("ok")
}

/// Readiness: 200 if requests should be sent here, otherwise 503 and the reason.
pub async fn readyz(
    sessions: Data<Sessions>,
    oidc: Data<Client>,
    provider: Data<IdentityProvider>,
    stopping: Data<Stopping>,
    services: Data<Services>,
    dist: Data<Dist>,
) -> HttpResponse {
    let state = |available| {
        if available {
            State::Available
        } else {
            State::Unavailable
        }
    };
    let session_store = state(sessions.check().await.is_ok());
    let frontend = state(dist.is_built());
    let stopping = stopping.0.load(Ordering::Relaxed);
    let complete = session_store == State::Available && frontend == State::Available;
    let ready = complete && !stopping;
    let (mut lacks, mut unsupported) = (None, None);
    if oidc.is_reachable().await {
        lacks = provider.missing_features().await.ok();
        unsupported = oidc.unsupported_requirements().await.ok();
    }
    let readiness = Readiness {
        ready,
        stopping,
        session_store,
        frontend,
        identity_provider: state(unsupported.is_some()),
        identity_provider_lacks: lacks.unwrap_or_default(),
        identity_provider_unsupported: unsupported.unwrap_or_default(),
        apis_without_audience: services.without_audience(),
    };
    let mut response = if ready {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    response.json(readiness)
}

/// Metrics in the text format of Prometheus.
pub async fn metrics() -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(metrics::render())
}
