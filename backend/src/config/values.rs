//! Parsers of single values. Clap adds the name of the variable to their errors.

use std::{convert::Infallible, net::IpAddr, ops::RangeInclusive, time::Duration};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use ipnet::IpNet;
use oidc_client::is_loopback;
use secrecy::SecretString;
use url::Url;

use crate::wristband::tenant::{is_host, is_label};

/// The parsed `SESSION_SECRETS`.
#[derive(Clone, Debug)]
pub struct Secrets(pub Vec<SecretString>);

/// Never fails, because clap would print the value. `check` refuses short secrets.
pub(super) fn parse_secrets(value: &str) -> Result<Secrets, Infallible> {
    Ok(split_secrets(value))
}

/// Splits a list of secrets.
pub(super) fn split_secrets(list: &str) -> Secrets {
    let secrets = list.split(',').map(|secret| secret.trim().into());
    Secrets(secrets.collect())
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

/// Parses a URL that begins with `https://` or `http://`. Without that check, the host of
/// `host:port` would be parsed as the scheme.
pub(super) fn parse_web_address(value: &str) -> Result<Url, String> {
    match Url::parse(value) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Err(error) if value.contains("://") => Err(error.to_string()),
        _ => Err("needs https:// (http:// on this machine) before the host".to_owned()),
    }
}

/// Parses a URL with nothing but an address in it, which is https except on this machine.
pub(super) fn parse_secure_address(value: &str) -> Result<Url, String> {
    let url = parse_web_address(value)?;
    if url.scheme() != "https" && !is_loopback(&url) {
        return Err("needs https:// unless it is on this machine".to_owned());
    }
    let bare = url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err("must have no query, fragment, user or password".to_owned());
    }
    Ok(url)
}

/// Parses an address to listen on; IPv6 may be in brackets.
pub(super) fn parse_listen_host(value: &str) -> Result<String, Infallible> {
    let bare = value
        .strip_prefix('[')
        .and_then(|value| value.strip_suffix(']'));
    Ok(bare.unwrap_or(value).to_owned())
}

/// Longest duration: browsers keep no cookie longer (RFC 6265bis section 5.5).
const MAX_DURATION: Duration = Duration::from_secs(400 * 24 * 60 * 60);

pub(super) fn parse_duration(value: &str) -> Result<Duration, String> {
    match parse_duration_or_zero(value)? {
        Duration::ZERO => Err("must be more than zero".to_owned()),
        duration => Ok(duration),
    }
}

pub(super) fn parse_duration_or_zero(value: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(value).map_err(|error| error.to_string())?;
    if duration > MAX_DURATION {
        return Err("must be at most 400 days".to_owned());
    }
    Ok(duration)
}

/// Values of `STORE_TIMEOUT`: at most as long as a process that stops waits for its requests.
const STORE_TIMEOUTS: RangeInclusive<Duration> =
    Duration::from_millis(100)..=Duration::from_secs(30);

pub(super) fn parse_store_timeout(value: &str) -> Result<Duration, String> {
    let timeout = parse_duration(value)?;
    (STORE_TIMEOUTS.contains(&timeout))
        .then_some(timeout)
        .ok_or_else(|| "must be between 100ms and 30s".to_owned())
}

const ON: [&str; 6] = ["on", "true", "t", "yes", "y", "1"];
const OFF: [&str; 6] = ["off", "false", "f", "no", "n", "0"];

/// Parses `on` and `off`, which `--help` shows, and their usual synonyms.
pub(super) fn switch() -> impl TypedValueParser<Value = bool> {
    let values = [ON, OFF].map(|[name, synonyms @ ..]| PossibleValue::new(name).aliases(synonyms));
    PossibleValuesParser::new(values).map(|value| ON.contains(&value.to_lowercase().as_str()))
}

/// Parses an IP address or a network such as `10.0.0.0/8`.
pub(super) fn parse_network(value: &str) -> Result<IpNet, String> {
    let value = value.trim();
    value
        .parse()
        .or_else(|_| value.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "not an address or a network such as 10.0.0.0/8".to_owned())
}
