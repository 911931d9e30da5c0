//! The promises of this crate, one test each, on a real file and a real Redis.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod clock_ahead;
#[allow(
    dead_code,
    reason = "other tests of this repository use the rest of it"
)]
#[path = "../../../storage/tests/promises/link.rs"]
mod link;
mod list;
mod lists;
mod lost_writes;
mod once;
mod order;
#[allow(
    dead_code,
    reason = "other tests of this repository use the rest of it"
)]
#[path = "../../../storage/tests/promises/redis_cluster.rs"]
mod redis_cluster;
#[allow(
    dead_code,
    reason = "other tests of this repository use the rest of it"
)]
#[path = "../../../storage/tests/promises/redis_server.rs"]
mod redis_server;
mod scale;
mod staleness;
mod stream;
mod versions;
