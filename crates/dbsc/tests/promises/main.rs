//! The promises of this crate, one module for each of its subjects.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on must fail where it stands"
)]

mod device;
mod fields;
mod mutated;
mod proofs;
mod refresh;
mod stamps;
