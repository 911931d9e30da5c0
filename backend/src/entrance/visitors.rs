//! What is asked of whoever comes: where from, and how often.

use std::{net::IpAddr, num::NonZeroU32};

use actix_web::{dev::ServiceRequest, http::Method};

use crate::{
    client_address::TrustedProxies, config::LimitsConfig, cross_site::RouteKind,
    rate_limit::RateLimit,
};

/// The provider tells of many users from one address, and must be heard.
const MACHINES: u32 = 10;

/// What this installation knows of its visitors; shared by all workers.
#[derive(Debug)]
pub struct Visitors {
    proxies: TrustedProxies,
    log_addresses: bool,
    browsers: Option<RateLimit>,
    machines: Option<RateLimit>,
}

impl Visitors {
    /// Under these limits.
    #[must_use]
    pub fn new(limits: &LimitsConfig) -> Self {
        let most = |requests: u32| NonZeroU32::new(requests).map(RateLimit::per_minute);
        Self {
            proxies: TrustedProxies::new(limits.trusted_proxies.clone()),
            log_addresses: limits.log_addresses,
            browsers: most(limits.rate_limit),
            machines: most(limits.rate_limit.saturating_mul(MACHINES)),
        }
    }

    /// Whether the log names clients' addresses.
    pub(super) fn log_addresses(&self) -> bool {
        self.log_addresses
    }

    /// The client's address for the log, where that is wanted.
    pub(super) fn logged_address(&self, request: &ServiceRequest) -> Option<IpAddr> {
        self.log_addresses
            .then(|| self.proxies.client_of(request))
            .flatten()
    }

    /// Counts what costs: signing in, and changes. Signing out is free for all.
    ///
    /// # Errors
    /// When there were too many: seconds until the next may come.
    pub(super) fn count(&self, kind: RouteKind, request: &ServiceRequest) -> Result<(), u64> {
        let reads = request.method() == Method::GET;
        let limit = match kind {
            RouteKind::Navigation => &self.browsers,
            RouteKind::PageCall if !reads => &self.browsers,
            RouteKind::Machine if !reads => &self.machines,
            _ => return Ok(()),
        };
        match (limit, self.proxies.client_of(request)) {
            (Some(limit), Some(client)) => limit.count(client),
            _ => Ok(()),
        }
    }
}
