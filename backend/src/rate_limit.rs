//! Rate limits by route and client address (ASVS 2.4.1, 6.3.1): the token bucket of `governor`.
//!
//! Memory is bounded: 65,536 buckets, chosen by a keyed hash that clients cannot predict. Two
//! clients share a bucket with a probability of 1 in 65,536.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

/// Counts requests by route and address.
#[derive(Debug)]
pub struct RateLimit {
    buckets: DefaultKeyedRateLimiter<u16>,
    clock: DefaultClock,
    hasher: RandomState,
}

impl RateLimit {
    /// Allows this many requests a minute, in a burst or spread.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self {
            buckets: RateLimiter::keyed(Quota::per_minute(requests)),
            clock: DefaultClock::default(),
            hasher: RandomState::new(),
        }
    }

    /// Counts a request to `route`.
    ///
    /// # Errors
    /// The seconds until the next request is allowed, at least 1, if there were too many.
    pub fn count(&self, route: &str, client: IpAddr) -> Result<(), u64> {
        let bucket = self.hasher.hash_one((route, network(client))) as u16;
        self.buckets.check_key(&bucket).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            wait.as_secs() + 1
        })
    }
}

/// The network of one subscriber: an IPv4 address, or an IPv6 network of 2^64 addresses.
fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}
