//! What Wristband adds to OpenID Connect: tenants and their hosts, its SDK configuration, its
//! claims.

mod claims;
mod hosts;
mod sdk_configuration;
pub mod tenant;

use std::sync::Arc;

use tokio::sync::OnceCell;
use url::Url;

pub use claims::Profile;
pub use hosts::{issuer, metadata};

use crate::oidc::{Client, Http};
use sdk_configuration::SdkConfiguration;

/// The application as it is registered with Wristband.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Host (and port) of the application at Wristband.
    pub vanity_domain: String,
    /// The application's own origin.
    pub public_url: Url,
    /// The domain whose subdomains name tenants.
    pub parse_tenant_from_root_domain: Option<String>,
    /// The tenant when the request names none.
    pub default_tenant_name: Option<String>,
    /// The same, by its custom domain.
    pub default_tenant_custom_domain: Option<String>,
    /// The page that asks for the tenant; unknown: what the SDK configuration says.
    pub login_page: Option<Url>,
    /// Whether tenant hosts are subdomains; unknown: what the SDK configuration says.
    pub custom_domain_active: Option<bool>,
}

/// Wristband, as one application registered with it sees it.
pub struct Wristband {
    settings: Settings,
    oidc: Arc<Client>,
    http: Http,
    sdk_configuration: OnceCell<SdkConfiguration>,
}

impl Wristband {
    /// Nothing is asked of Wristband yet: the application starts without it.
    pub fn new(settings: Settings, oidc: Arc<Client>, http: Http) -> Self {
        let sdk_configuration = OnceCell::new();
        Self {
            settings,
            oidc,
            http,
            sdk_configuration,
        }
    }
}
