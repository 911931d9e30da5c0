//! `GET /healthz`, `GET /readyz`: whether the process lives, and whether it can serve.

use actix_web::{HttpResponse, Responder};

/// Liveness: the process answers.
pub async fn healthz() -> impl Responder {
    HttpResponse::Ok().body("ok")
}

/// Readiness: requests can be served.
pub async fn readyz() -> impl Responder {
    HttpResponse::Ok().body("ready")
}
