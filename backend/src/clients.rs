//! Clients: their addresses and rate limits.

use std::{net::IpAddr, num::NonZeroU32};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderValue, RETRY_AFTER},
};

use crate::{client_address::TrustedProxies, error::ApiError, events, rate_limit::RateLimit};

/// Back-channel logout for all users comes from one address, so its limit is ten times higher.
const MACHINE_FACTOR: u32 = 10;

/// Addresses and limits of the clients of this process; shared by all workers.
///
/// Each route has a limit of its own, so requests to one do not block another. docs/security.md
/// lists the counted requests.
#[derive(Debug)]
pub struct Clients {
    proxies: TrustedProxies,
    log_addresses: bool,
    browsers: Option<RateLimit>,
    machines: Option<RateLimit>,
}

impl Clients {
    /// Allows each client `rate_limit` requests a minute; 0: any number.
    #[must_use]
    pub fn new(proxies: TrustedProxies, rate_limit: u32, log_addresses: bool) -> Self {
        let limit = |requests: u32| NonZeroU32::new(requests).map(RateLimit::per_minute);
        Self {
            proxies,
            log_addresses,
            browsers: limit(rate_limit),
            machines: limit(rate_limit.saturating_mul(MACHINE_FACTOR)),
        }
    }

    /// `true` if the log contains clients' addresses.
    pub fn log_addresses(&self) -> bool {
        self.log_addresses
    }

    /// The client's address for the log, if `LOG_ADDRESSES` is on.
    pub fn logged_address(&self, request: &HttpRequest) -> Option<IpAddr> {
        self.log_addresses
            .then(|| self.proxies.client_of(request))
            .flatten()
    }

    /// Counts a request of a browser. Returns a response with 429 if there were too many.
    pub fn limit_browser(&self, request: &HttpRequest) -> Option<HttpResponse> {
        self.count(self.browsers.as_ref()?, request)
    }

    /// Counts a request of a program, such as the provider, which sends those of many users.
    pub fn limit_machine(&self, request: &HttpRequest) -> Option<HttpResponse> {
        self.count(self.machines.as_ref()?, request)
    }

    fn count(&self, limit: &RateLimit, request: &HttpRequest) -> Option<HttpResponse> {
        let client = self.proxies.client_of(request)?;
        let route = request.match_pattern().unwrap_or_default();
        let seconds = limit.count(&route, client).err()?;
        events::rate_limited();
        let mut refusal = HttpResponse::from_error(ApiError::RateLimited);
        let headers = refusal.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        Some(refusal)
    }
}
