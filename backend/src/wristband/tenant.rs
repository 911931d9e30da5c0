//! The tenant that a request names.

use oidc_client::Error;

use super::Wristband;
use crate::tenant::{Tenant, TenantHints};

/// The reason why a tenant is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    /// Not a valid name, or a domain that does not belong to this application.
    #[error("no such tenant")]
    Unknown,
    /// The provider is unavailable.
    #[error(transparent)]
    Unavailable(#[from] Error),
}

impl Wristband {
    /// Returns the tenant to sign in to: the first of the query's custom domain, the request's
    /// subdomain, the query's name, the configured custom domain and the configured name. `None`:
    /// ask the user (application-level login).
    ///
    /// # Errors
    /// Fails for an invalid name, and for a custom domain that the provider does not confirm: to
    /// redirect there would be an open redirect (ASVS 3.7.2).
    pub async fn resolve_tenant(
        &self,
        hints: TenantHints<'_>,
    ) -> Result<Option<Tenant>, TenantError> {
        let settings = &self.settings;
        // Host names are case-insensitive (RFC 4343).
        let lower = |hint: &str| hint.trim().to_ascii_lowercase();
        if let Some(domain) = hints.custom_domain.map(lower) {
            if !is_host(&domain) || !self.owns_custom_domain(&domain).await? {
                return Err(TenantError::Unknown);
            }
            return Ok(Some(at(&domain)));
        }
        let subdomain = hints.host.and_then(|host| self.subdomain(host));
        if let Some(name) = subdomain.map(str::to_owned).or(hints.name.map(lower)) {
            let tenant = is_label(&name).then(|| named(&name));
            return tenant.map(Some).ok_or(TenantError::Unknown);
        }
        let by_default = settings.default_tenant_custom_domain.as_deref().map(at);
        Ok(by_default.or_else(|| settings.default_tenant_name.as_deref().map(named)))
    }

    /// The tenant in the request's host if `PARSE_TENANT_FROM_ROOT_DOMAIN` is set: `acme` of
    /// `acme.example.com`.
    pub fn subdomain<'a>(&self, host: &'a str) -> Option<&'a str> {
        let root = self.settings.parse_tenant_from_root_domain.as_deref()?;
        let host = host.split_once(':').map_or(host, |(name, _)| name);
        let name = host.strip_suffix(root)?.strip_suffix('.')?;
        is_label(name).then_some(name)
    }
}

fn at(custom_domain: &str) -> Tenant {
    Tenant {
        name: None,
        custom_domain: Some(custom_domain.to_owned()),
    }
}

fn named(name: &str) -> Tenant {
    Tenant {
        name: Some(name.to_owned()),
        custom_domain: None,
    }
}

/// Returns `true` for a DNS label (RFC 1123). Anything else could turn the host name into another.
pub fn is_label(name: &str) -> bool {
    let inner = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    (1..=63).contains(&name.len())
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// Returns `true` for a host name with an optional port.
pub fn is_host(host: &str) -> bool {
    let (name, port) = host
        .split_once(':')
        .map_or((host, None), |(name, port)| (name, Some(port)));
    name.len() <= 253
        && name.split('.').all(is_label)
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
}
