//! How a single value is read from text. What is refused here is named by clap, together with its
//! variable.

use std::{convert::Infallible, net::IpAddr, time::Duration};

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

use crate::wristband::tenant::{is_host, is_label};

/// `SESSION_SECRETS`, taken apart.
#[derive(Clone, Debug)]
pub struct Secrets(pub Vec<SecretString>);

/// Never fails: clap would print the value. `check` refuses what is too short.
pub(super) fn parse_secrets(value: &str) -> Result<Secrets, Infallible> {
    Ok(Secrets(
        value
            .split(',')
            .map(|secret| secret.trim().into())
            .collect(),
    ))
}

pub(super) fn parse_tenant_name(value: &str) -> Result<String, String> {
    is_label(value)
        .then(|| value.to_owned())
        .ok_or_else(|| "not a DNS label such as acme".to_owned())
}

pub(super) fn parse_node_name(value: &str) -> Result<String, String> {
    is_label(value)
        .then(|| value.to_owned())
        .ok_or_else(|| "not a word of small letters, digits and hyphens".to_owned())
}

pub(super) fn parse_host(value: &str) -> Result<String, String> {
    is_host(value)
        .then(|| value.to_owned())
        .ok_or_else(|| "not a host name such as login.example.com".to_owned())
}

pub(super) fn parse_web_address(value: &str) -> Result<Url, String> {
    let url = Url::parse(value).map_err(|error| error.to_string())?;
    if matches!(url.scheme(), "http" | "https") {
        Ok(url)
    } else {
        Err("must begin with https://".to_owned())
    }
}

/// Browsers keep a cookie no longer (RFC 6265bis section 5.5), and no session should last as long.
const LONGEST: Duration = Duration::from_secs(400 * 24 * 60 * 60);

pub(super) fn parse_duration(value: &str) -> Result<Duration, String> {
    match parse_duration_or_zero(value)? {
        Duration::ZERO => Err("must be more than zero".to_owned()),
        duration => Ok(duration),
    }
}

pub(super) fn parse_duration_or_zero(value: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(value).map_err(|error| error.to_string())?;
    if duration > LONGEST {
        return Err("must be at most 400 days".to_owned());
    }
    Ok(duration)
}

/// An address, or a network such as `10.0.0.0/8`.
pub(super) fn parse_network(value: &str) -> Result<IpNet, String> {
    let value = value.trim();
    value
        .parse()
        .or_else(|_| value.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "not an address or a network such as 10.0.0.0/8".to_owned())
}
