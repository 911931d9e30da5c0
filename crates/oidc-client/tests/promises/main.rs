//! The promises of this crate, one module for each of its subjects.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on must fail where it stands"
)]

mod algorithms;
mod authorization;
mod client_authentication;
mod discovery;
mod logout;
mod publisher;
mod requests;
mod several_keys;
mod targets;
