//! The promises of this crate, one module for each of its subjects.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on must fail where it stands"
)]

mod keyring;
mod names;
mod parts;
