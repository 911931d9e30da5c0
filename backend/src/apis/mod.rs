//! Calls of pages to other services: the backend sends them on with the user's access token (OAuth
//! 2.0 for Browser-Based Applications, RFC 10017 section 6.1). A page never has the token, and a
//! service never sees a cookie.
//!
//! [`Api`] is the allow list: a request that it does not name is 404 and reaches no service.
//! `forward` sends the others; `headers` decides what of a request and of its response passes,
//! `body` and `response` stream the bodies within [`Limits`].

mod allow_list;
mod body;
mod call;
mod concurrency;
pub mod forward;
mod headers;
mod response;
mod service;
mod session_watch;
mod step_up;

pub use allow_list::{Allowed, Api, ORDERS};
pub use forward::route;
pub use service::{Limits, Service, Services};
