//! `GET /healthz`: whether the process lives.

use actix_web::{HttpResponse, Responder};

/// Liveness: the process answers.
pub async fn healthz() -> impl Responder {
    HttpResponse::Ok().body("ok")
}
