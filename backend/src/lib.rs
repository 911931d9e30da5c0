//! The backend of a single-page app whose users sign in with Wristband, or any other
//! OpenID provider: login callback, cookie
//! sessions, session endpoint and logout.
//!
//! Where to look: [`app`] shows every route; [`routes`] has a file for each; [`session`] is what
//! this project is about; [`oidc`] talks to the provider, and [`identity_provider`] is all that
//! knows which one it is; [`sign_in`] leads from the one to the other.

pub mod app;
pub mod background;
pub mod client_address;
pub mod clock;
pub mod config;
pub mod cookies;
pub mod cross_site;
pub mod edge;
pub mod entrance;
pub mod error;
pub mod events;
pub mod identity_provider;
mod loopback;
pub mod metrics;
pub mod oidc;
pub mod page;
pub mod pseudonym;
pub mod rate_limit;
pub mod request_body;
pub mod routes;
pub mod sealing;
pub mod secrets;
pub mod security_headers;
mod server;
pub mod session;
pub mod sign_in;
pub mod storage;
pub mod telemetry;
pub mod tenant;
#[cfg(feature = "otlp")]
pub mod traces;
pub mod user;
pub mod wristband;

pub use server::{build, run};
