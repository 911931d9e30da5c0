//! The backend of a single-page app whose users sign in with Wristband, or any other OpenID
//! provider: login callback, cookie sessions, session endpoint and logout.
//!
//! [`app`] shows every route, and [`routes`] has a file for each. [`sign_in`] goes from the login
//! to the callback. The crate [`sessions`](::sessions) keeps the sessions, [`oidc_client`] sends
//! the requests to the provider, and [`identity_provider`] has the differences between providers.

pub mod apis;
pub mod app;
pub mod client_address;
mod client_watch;
pub mod clients;
pub mod config;
pub mod cookies;
pub mod cross_site;
pub mod edge;
pub mod error;
pub mod events;
pub mod identity_provider;
pub mod metrics;
pub mod page;
pub mod rate_limit;
mod refusals;
pub mod request_body;
mod resources;
pub mod roles;
pub mod route_guard;
mod route_layers;
pub mod routes;
pub mod secrets;
pub mod security_headers;
mod server;
pub mod sign_in;
pub mod step_up;
pub mod telemetry;
pub mod tenant;
pub mod wristband;

pub use server::{build, http, run};
