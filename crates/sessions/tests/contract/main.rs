//! The contract of stores, on a map, SQLite, Redis and PostgreSQL; and several nodes that share a
//! PostgreSQL without Redis.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "its `main` is another program")]
#[path = "../../examples/own_store.rs"]
mod own_store;
#[allow(dead_code, reason = "its `main` is another program")]
#[path = "../../examples/postgres/main.rs"]
mod postgres;
mod postgres_nodes;
mod postgres_processes;
mod postgres_server;
#[allow(
    dead_code,
    reason = "other tests of this repository use the rest of it"
)]
#[path = "../../../oidc-client/tests/promises/publisher.rs"]
mod publisher;
#[allow(
    dead_code,
    reason = "other tests of this repository use the rest of it"
)]
#[path = "../../../storage/tests/promises/redis_server.rs"]
mod redis_server;
mod stores;

/// One test at a time: stores give up after a second, and a busy machine needs longer.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
