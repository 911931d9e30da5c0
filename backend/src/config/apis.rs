//! Services that pages call through the backend.

use std::time::Duration;

use url::Url;

use super::values::{parse_duration, parse_secure_address};

/// The services that pages call through the backend, and their limits.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "APIs")]
pub struct ApisConfig {
    /// Address of the service that `/api/orders` stands for, such as
    /// `https://api.example.com/orders`; https, except on this machine [default: none, 404]
    // Access tokens are sent with TLS only (RFC 6750 section 5.3).
    #[arg(long, env, value_parser = parse_secure_address)]
    pub api_orders_url: Option<Url>,
    /// Resource to request its access tokens for (RFC 8707), which they name as their audience
    /// [default: none, it gets the session's own access token]
    #[arg(long, env, value_parser = parse_resource)]
    pub api_orders_resource: Option<String>,
    /// Scopes of its access tokens, separated by spaces; they must be among SCOPES
    #[arg(long, env)]
    pub api_orders_scopes: Option<String>,
    /// Longest wait for the beginning of a service's response, and for each further part of it
    #[arg(long, env, default_value = "30s", value_parser = parse_duration)]
    pub api_timeout: Duration,
    /// Maximum of bytes of a request body for a service
    #[arg(long, env, default_value_t = 100 * 1024 * 1024)]
    pub api_max_body: u64,
    /// Concurrent requests to a service; a user may have a sixteenth of them
    #[arg(long, env, default_value_t = 256)]
    pub api_concurrency: usize,
}

fn parse_resource(value: &str) -> Result<String, String> {
    match Url::parse(value) {
        Ok(url) if url.fragment().is_none() => Ok(value.to_owned()),
        _ => Err("must be an absolute address without a fragment (RFC 8707 section 2)".to_owned()),
    }
}
