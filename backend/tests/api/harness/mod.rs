//! The parts of the tests: the application, a browser, a provider, Redis, links that can be cut.

mod answer;
pub mod browser;
pub mod certificates;
#[path = "../../../../crates/dbsc/tests/promises/device.rs"]
#[expect(dead_code, reason = "the tests of the crate use the rest of it")]
pub mod dbsc_device;
pub mod installation;
#[path = "../../../../crates/storage/tests/promises/link.rs"]
#[expect(dead_code, reason = "the tests of the crates use the rest of it")]
pub mod link;
pub mod logout_token;
pub mod process;
pub mod provider;
#[path = "../../../../crates/oidc-client/tests/promises/publisher.rs"]
#[expect(dead_code, reason = "the tests of the crate use the rest of it")]
pub mod publisher;
#[path = "../../../../crates/storage/tests/promises/redis_cluster.rs"]
pub mod redis_cluster;
#[path = "../../../../crates/storage/tests/promises/redis_server.rs"]
pub mod redis_server;
pub mod service;
pub mod signing;
pub mod stores;
pub mod test_app;

/// A time in which stores of a busy machine respond.
pub const LONG_STORE_TIMEOUT: &str = "--store-timeout=30s";
/// The default timeout, for tests of stores that fail.
pub const REAL_STORE_TIMEOUT: &str = "--store-timeout=900ms";

/// A folder with a page, so that the application is complete without a build of the real ones.
pub const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/harness/pages");
