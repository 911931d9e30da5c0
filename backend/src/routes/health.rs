//! `GET /healthz`, `/readyz` and `/metrics`: for the machines that watch over this process.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{HttpResponse, Responder, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{identity_provider::IdentityProvider, metrics, oidc::Client, session::Sessions};

/// Whether this process was told to stop; it then finishes what it has and gets no new requests.
#[derive(Debug, Default)]
pub struct Stopping(AtomicBool);

impl Stopping {
    /// From now on this process is not ready.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Whether requests should come here.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    ready: bool,
    /// Whether this process was told to stop.
    stopping: bool,
    session_store: State,
    /// For information: a provider that is down is no reason to send the requests elsewhere.
    identity_provider: State,
    /// What it does not offer of what this application would use, by the names of its metadata.
    identity_provider_lacks: Vec<&'static str>,
}

#[derive(Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    Available,
    Unavailable,
}

/// Liveness: the process answers.
pub async fn healthz() -> impl Responder {
    HttpResponse::Ok().body("ok")
}

/// Readiness: 200 when requests should come here, else 503, and why.
pub async fn readyz(
    sessions: Data<Sessions>,
    oidc: Data<Client>,
    provider: Data<IdentityProvider>,
    stopping: Data<Stopping>,
) -> HttpResponse {
    let state = |available| {
        if available {
            State::Available
        } else {
            State::Unavailable
        }
    };
    let session_store = state(sessions.check().await.is_ok());
    let stopping = stopping.0.load(Ordering::Relaxed);
    let ready = session_store == State::Available && !stopping;
    let identity_provider = state(oidc.answers().await);
    let lacks = match identity_provider {
        State::Available => provider.lacks().await.unwrap_or_default(),
        State::Unavailable => Vec::new(),
    };
    let readiness = Readiness {
        ready,
        stopping,
        session_store,
        identity_provider,
        identity_provider_lacks: lacks,
    };
    let mut response = if ready {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    response.json(readiness)
}

/// What happened since the start, as Prometheus text.
pub async fn metrics() -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(metrics::render())
}
