//! One file for each group of endpoints, named after the address.

pub mod backchannel_logout;
pub mod callback;
pub mod config;
pub mod health;
pub mod login;
pub mod logout;
pub mod openapi;
pub mod profile;
pub mod session;
pub mod sessions;
pub mod spa;
pub mod token;

/// Whether a path of `/api` is meant for the browser's address bar: it answers with redirects, never with JSON.
#[must_use]
pub fn is_navigation(path: &str) -> bool {
    matches!(
        path,
        "/api/auth/login" | "/api/auth/callback" | "/api/auth/logout"
    )
}
