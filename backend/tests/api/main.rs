//! Black-box tests: the real application over HTTP, a browser that keeps cookies, and a provider
//! that can be told to fail. One binary; `harness` is what the others stand on. Names are the
//! promises.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail where it stands"
)]

/// Runs each of these promises on every store: functions that take a `StoreKind`.
macro_rules! on_every_store {
    ($($promise:ident,)*) => {
        on_every_store!(@on cookie Cookie $($promise)*);
        on_every_store!(@on sqlite Sqlite $($promise)*);
        on_every_store!(@on redis Redis $($promise)*);
    };
    (@on $module:ident $store:ident $($promise:ident)*) => {
        mod $module {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(sessions::StoreKind::$store).await;
            })*
        }
    };
}

mod apis;
mod configuration;
mod contract;
mod cookies;
mod device;
mod event_streams;
mod harness;
mod identity_provider;
mod oidc;
mod refresh;
mod requests;
mod revocation;
mod routes;
mod sign_in;
mod stores;
