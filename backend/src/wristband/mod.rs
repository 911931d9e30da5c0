//! Wristband's additions to OpenID Connect: tenants and their hosts, SDK configuration, claims.

mod application;
mod claims;
mod hosts;
mod sdk_configuration;
pub mod tenant;

pub use application::{Settings, Wristband};
pub use claims::{Profile, user};
pub use hosts::{issuer, metadata};
