//! How many requests one address may send (ASVS 2.4.1, 6.3.1): the token bucket of `governor`.
//!
//! Memory is bounded whoever sends whatever: addresses are counted in 65,536 buckets, by a hash
//! that nobody outside can foresee. Two addresses share one by chance, once in as many.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

/// Counts requests by address.
#[derive(Debug)]
pub struct RateLimit {
    buckets: DefaultKeyedRateLimiter<u16>,
    clock: DefaultClock,
    hasher: RandomState,
}

impl RateLimit {
    /// This many requests a minute, also at once.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self {
            buckets: RateLimiter::keyed(Quota::per_minute(requests)),
            clock: DefaultClock::default(),
            hasher: RandomState::new(),
        }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// When there were too many: whole seconds, at least one, until the next may come.
    pub fn count(&self, client: IpAddr) -> Result<(), u64> {
        let bucket = self.hasher.hash_one(network(client)) as u16;
        self.buckets.check_key(&bucket).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            wait.as_secs() + 1
        })
    }
}

/// What one subscriber gets: of IPv6 a network of 2^64 addresses.
fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}
