//! The promises of this crate, one test each, on a real file and a real Redis.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod database;
#[allow(
    dead_code,
    reason = "other tests of this repository use the rest of it"
)]
mod link;
mod redis;
#[allow(
    dead_code,
    reason = "other tests of this repository use the rest of it"
)]
mod redis_server;
mod staleness;
