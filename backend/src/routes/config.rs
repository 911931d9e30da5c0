//! `GET /api/config`: facts about this installation for the public pages. Nothing secret.

use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{apis::Services, config::Config, identity_provider::IdentityProvider};
use sessions::{Sessions, StoreKind};

/// Facts for the sign-in page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppConfig {
    /// `true` for this project's local provider: the page shows its test users.
    local_provider: bool,
    /// `true` if there are several tenants: the page asks for the tenant.
    has_tenants: bool,
    /// `true` if new users can create an account (`GET /api/auth/login?prompt=create`).
    sign_up: bool,
    /// `true` if the page tries once to sign in without asking (`prompt=none`).
    silent_sign_in: bool,
    /// The tenant to sign in to if none is named.
    default_tenant_name: Option<String>,
    /// The store of sessions.
    session_store: StoreKind,
    /// The services that pages can call, by their names.
    apis: Vec<&'static str>,
    /// The version of the backend.
    version: &'static str,
}

/// Facts for the sign-in page.
#[utoipa::path(
    get,
    path = "/api/config",
    operation_id = "getConfig",
    responses((status = 200, body = AppConfig))
)]
pub async fn config(
    config: Data<Config>,
    provider: Data<IdentityProvider>,
    sessions: Data<Sessions>,
    services: Data<Services>,
) -> Json<AppConfig> {
    Json(AppConfig {
        local_provider: config.uses_local_provider(),
        has_tenants: provider.has_tenants(),
        sign_up: provider.offers_sign_up().await,
        silent_sign_in: config.server.silent_sign_in,
        default_tenant_name: config.provider.default_tenant_name.clone(),
        session_store: sessions.kind(),
        apis: services.names(),
        version: env!("CARGO_PKG_VERSION"),
    })
}
