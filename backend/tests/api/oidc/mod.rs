//! The OpenID Connect client by itself, with any provider.

mod algorithms;
mod client_authentication;
mod discovery;
mod provider;
