//! Traces as a collector receives them, from the compiled binary. `npm test -- otlp` runs these.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail where it stands"
)]

mod collector;
mod collector_fails;
#[path = "../api/harness/mod.rs"]
#[expect(
    dead_code,
    reason = "the harness of other tests, of which these need a part"
)]
mod harness;
mod node;
mod secrets;
mod spans;
