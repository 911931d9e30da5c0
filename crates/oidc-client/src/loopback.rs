//! Addresses on this machine, the only ones that may use http.

use url::{Host, Url};

/// Returns `true` if `url` points to this machine (RFC 6761 for `localhost` and names below it).
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
