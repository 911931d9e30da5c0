//! An application that is registered with Wristband.

use std::sync::Arc;

use oidc_client::{Client, Http};
use serde::Deserialize;
use tokio::sync::OnceCell;
use url::Url;

/// The application as it is registered with Wristband.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Host (and port) of the application at Wristband.
    pub vanity_domain: String,
    /// The application's own origin.
    pub public_url: Url,
    /// The domain whose subdomains name tenants.
    pub parse_tenant_from_root_domain: Option<String>,
    /// The tenant if the request names none.
    pub default_tenant_name: Option<String>,
    /// The same, by its custom domain.
    pub default_tenant_custom_domain: Option<String>,
    /// The page that asks for the tenant; `None`: that of the SDK configuration.
    pub login_page: Option<Url>,
    /// `true` if tenant hosts are subdomains; `None`: as in the SDK configuration.
    pub custom_domain_active: Option<bool>,
}

/// Wristband, for one registered application.
pub struct Wristband {
    pub(super) settings: Settings,
    pub(super) oidc: Arc<Client>,
    pub(super) http: Http,
    pub(super) sdk_configuration: OnceCell<SdkConfiguration>,
}

impl Wristband {
    /// Sends no request: the application starts without Wristband.
    pub fn new(settings: Settings, oidc: Arc<Client>, http: Http) -> Self {
        let sdk_configuration = OnceCell::new();
        Self {
            settings,
            oidc,
            http,
            sdk_configuration,
        }
    }

    /// The OpenID Connect client.
    pub(crate) fn client(&self) -> &Client {
        &self.oidc
    }
}

/// The members of the SDK configuration for a backend.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SdkConfiguration {
    #[serde(default)]
    pub(super) is_application_custom_domain_active: bool,
    pub(super) custom_application_login_page_url: Option<Url>,
    pub(super) redirect_uri: Option<String>,
}
