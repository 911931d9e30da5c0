//! The services of a configuration.

use oidc_client::TokenTarget;
use sessions::Audience;

use super::Config;
use crate::apis::{Limits, ORDERS, Service};

impl Config {
    /// The service of orders, if it is configured.
    pub fn orders(&self) -> Option<Service> {
        let apis = &self.apis;
        let target = TokenTarget {
            resource: apis.api_orders_resource.clone(),
            scope: apis.api_orders_scopes.clone(),
        };
        let has_tokens = target != TokenTarget::default();
        let audience = has_tokens.then(|| Audience::new(ORDERS.name, target));
        let limits = Limits {
            time: apis.api_timeout,
            read_time: self.limits.read_timeout,
            body: apis.api_max_body,
            concurrency: apis.api_concurrency,
        };
        let url = apis.api_orders_url.clone()?;
        Some(Service::new(&ORDERS, url, audience, limits))
    }
}
