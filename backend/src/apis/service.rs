//! The services of an installation.

use std::{sync::Arc, time::Duration};

use sessions::Audience;
use url::Url;

use super::{Api, concurrency::ConcurrencyLimit};
use crate::error::ApiError;

/// Longest time of an upload, and of a response: no connection is held forever.
pub(super) const MAX_TIME: Duration = Duration::from_secs(60 * 60);

/// Limits of requests to a service.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest wait for the beginning of a response, and for each further part of it.
    pub time: Duration,
    /// Longest time for the beginning of a request body, and wait for each further part of it.
    pub read_time: Duration,
    /// Maximum of bytes of a request body.
    pub body: u64,
    /// Concurrent requests; a user may have a sixteenth of them, in all sessions.
    pub concurrency: usize,
}

/// A service, and the way to it.
#[derive(Debug)]
pub struct Service {
    /// The requests that it gets.
    pub api: &'static Api,
    /// The address that [`Api::path`] stands for.
    pub(super) url: Url,
    /// The audience of its tokens; `None`: it gets the session's own access token.
    pub(super) audience: Option<Arc<Audience>>,
    pub(super) limits: Limits,
    pub(super) concurrency: Arc<ConcurrencyLimit>,
}

/// All services of an installation.
#[derive(Debug)]
pub struct Services(pub Vec<Arc<Service>>);

impl Services {
    /// The names of those that are configured.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|service| service.api.name).collect()
    }

    /// The names of those whose own tokens the provider does not issue.
    pub fn without_audience(&self) -> Vec<&'static str> {
        let services = self.0.iter();
        let ignored = services.filter(|service| service.is_audience_ignored());
        ignored.map(|service| service.api.name).collect()
    }
}

impl Service {
    /// A service at `url`.
    #[must_use]
    pub fn new(api: &'static Api, url: Url, audience: Option<Audience>, limits: Limits) -> Self {
        Self {
            api,
            url,
            audience: audience.map(Arc::new),
            limits,
            concurrency: ConcurrencyLimit::new(limits.concurrency),
        }
    }

    /// Logs why a request failed, and returns the error for the page.
    pub(super) fn failed(&self, reason: &str, error: ApiError) -> ApiError {
        tracing::warn!(api = self.api.name, reason, "a call of a service failed");
        error
    }

    /// Returns `true` if it has tokens of its own, and the provider ignores that.
    fn is_audience_ignored(&self) -> bool {
        let audience = self.audience.as_ref();
        audience.is_some_and(|audience| audience.is_ignored())
    }
}
