//! Black-box tests: the real application over HTTP, a browser that keeps cookies, and a provider that can be told to
//! fail. One binary; a file for each route or promise. Names are the promises.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on must fail where it stands")]

mod browser;
mod process;
mod provider;
mod signing;
mod test_app;

mod callback;
mod callback_checks;
mod callback_provider_faults;
mod callback_restarts;
mod canaries;
mod configuration;
mod configuration_reference;
mod cookie_attributes;
mod cross_site;
mod data_dir;
mod documents;
mod id_token;
mod login;
mod login_attempts;
mod login_tenant;
mod logout;
mod logout_destination;
mod openapi;
mod profile;
mod properties;
mod refresh;
mod refresh_faults;
mod return_url;
mod return_url_table;
mod routes;
mod sealing;
mod security_headers;
mod session;
mod session_cookies;
mod session_end;
mod session_secrets;
mod session_size;
mod session_timeouts;
mod spa;
mod token;
