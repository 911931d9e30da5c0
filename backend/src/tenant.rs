//! Tenants, and what a request says of them.

use actix_web::{HttpRequest, http::header};
use serde::{Deserialize, Serialize};

/// A tenant, named the way the request named it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Tenant {
    /// The tenant's name, a DNS label.
    pub name: Option<String>,
    /// The tenant's own domain, which replaces the whole host.
    pub custom_domain: Option<String>,
}

/// What a request says of the tenant, before any of it is believed.
#[derive(Clone, Copy, Debug, Default)]
pub struct TenantHints<'a> {
    /// `tenant_custom_domain` of the query.
    pub custom_domain: Option<&'a str>,
    /// `tenant_name` of the query.
    pub name: Option<&'a str>,
    /// The host that the request was sent to.
    pub host: Option<&'a str>,
}

/// The host that the request names. Not `X-Forwarded-Host`: anybody could send that one.
pub fn host(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::HOST)?.to_str().ok()
}
