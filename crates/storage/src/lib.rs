#![doc = include_str!("../README.md")]

mod clock;
mod pseudonym;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "sqlite")]
mod sqlite;
mod unavailable;
#[cfg(any(feature = "redis", feature = "sqlite"))]
mod write_check;

pub use clock::Clock;
pub use pseudonym::{digest, pseudonym};
#[cfg(feature = "redis")]
pub use redis::{HEARTBEAT, MAX_STALENESS, Push, Redis, addresses as redis_addresses};
#[cfg(feature = "sqlite")]
pub use sqlite::Database;
#[cfg(any(feature = "redis", feature = "sqlite"))]
pub use unavailable::DEFAULT_TIMEOUT;
pub use unavailable::Unavailable;
