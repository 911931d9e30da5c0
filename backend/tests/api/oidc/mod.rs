//! The OpenID Connect client within the application. Its own tests are in `crates/oidc-client`.

mod operator_log;
mod proxies;
mod tls;
