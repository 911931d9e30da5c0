//! Tenants, and the parts of a request that name them.

use actix_web::{HttpRequest, http::header};
use serde::{Deserialize, Serialize};

/// A tenant, by the name or the domain that the request used.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Tenant {
    /// The tenant's name, a DNS label.
    pub name: Option<String>,
    /// The tenant's own domain, which replaces the whole host.
    pub custom_domain: Option<String>,
}

/// The parts of a request that may name the tenant; unchecked.
#[derive(Clone, Copy, Debug, Default)]
pub struct TenantHints<'a> {
    /// `tenant_custom_domain` of the query.
    pub custom_domain: Option<&'a str>,
    /// `tenant_name` of the query.
    pub name: Option<&'a str>,
    /// The host that the request was sent to.
    pub host: Option<&'a str>,
}

/// The `Host` header. Not `X-Forwarded-Host`, which any client can send.
pub fn host(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::HOST)?.to_str().ok()
}
