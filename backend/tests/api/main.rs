//! Black-box tests: the real application over HTTP, a browser that keeps cookies, and a provider that can be told to
//! fail. One binary; a file for each route or promise. Names are the promises.

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
                super::$promise(backend::session::StoreKind::$store).await;
            })*
        }
    };
}

mod browser;
mod link;
mod process;
mod provider;
mod redis_server;
mod signing;
mod stores;
mod test_app;

mod backchannel_logout;
mod callback;
mod callback_checks;
mod callback_provider_faults;
mod callback_restarts;
mod canaries;
mod configuration;
mod configuration_reference;
mod contract;
mod cookie_attributes;
mod cross_site;
mod data_dir;
mod documents;
mod health;
mod id_token;
mod login;
mod login_attempts;
mod login_tenant;
mod logout;
mod logout_destination;
mod mutated_cookies;
mod openapi;
mod profile;
mod properties;
mod redis_cluster;
mod redis_connection;
mod refresh;
mod refresh_faults;
mod refresh_nodes;
mod refresh_patience;
mod refresh_store_failure;
mod return_url;
mod return_url_table;
mod routes;
mod sealing;
mod security_headers;
mod session;
mod session_cookies;
mod session_size;
mod sessions;
mod spa;
mod store_durability;
mod store_outage;
mod token;
