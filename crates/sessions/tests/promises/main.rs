//! The promises of this crate, one test each, on a store that keeps sessions in a map.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod data;
mod ends;
mod map_store;
#[allow(
    dead_code,
    reason = "other tests of this repository use the rest of it"
)]
#[path = "../../../oidc-client/tests/promises/publisher.rs"]
mod publisher;
mod refresh;
mod single_flight;
mod stage;
mod versions;
