//! The variables of Wristband.

use std::path::PathBuf;

use oidc_client::is_loopback;
use secrecy::SecretString;
use url::Url;

use super::login_parameters::parse_login_parameter;
use super::values::{parse_host, parse_tenant_name, parse_web_address, switch};
use crate::wristband;

/// The application as it is registered with Wristband.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Wristband application")]
pub struct ProviderConfig {
    /// Host (and port) of the Wristband application; http for loopback hosts, https for all others
    #[arg(long, env, default_value = "localhost:6100")]
    pub application_vanity_domain: String,
    /// OAuth client id [default: the local provider's]
    #[arg(long, env)]
    pub client_id: Option<String>,
    /// OAuth client secret [default: the local provider's]
    #[arg(long, env, hide_env_values = true)]
    pub client_secret: Option<SecretString>,
    /// File with the client secret, instead of CLIENT_SECRET
    #[arg(long, env)]
    pub client_secret_file: Option<PathBuf>,
    /// Scopes to request, separated by spaces; without `offline_access` a session ends with its
    /// access token [default: `openid offline_access email profile roles`; with OIDC_ISSUER those
    /// of the first four that the provider offers]
    #[arg(long, env)]
    pub scopes: Option<String>,
    /// Further query parameters of `GET /api/auth/login` to pass on to the provider, separated by
    /// commas, e.g. `organization,invitation`
    #[arg(long, env, value_delimiter = ',', value_parser = parse_login_parameter)]
    pub login_parameters: Vec<String>,
    /// Domain whose subdomains name tenants, e.g. `example.com`
    #[arg(long, env, value_parser = parse_host)]
    pub parse_tenant_from_root_domain: Option<String>,
    /// Tenant to sign in to if the request names none
    #[arg(long, env, value_parser = parse_tenant_name)]
    pub default_tenant_name: Option<String>,
    /// Custom domain of the tenant to sign in to if the request names none
    #[arg(long, env, value_parser = parse_host)]
    pub default_tenant_custom_domain: Option<String>,
    /// Page that asks for the tenant to sign in to [default: that of Wristband's SDK configuration]
    #[arg(long, env, value_parser = parse_web_address)]
    pub custom_application_login_page_url: Option<Url>,
    /// Active custom domain of the application, on or off [default: by Wristband's SDK
    /// configuration]
    #[arg(long, env, value_parser = switch(), ignore_case = true)]
    pub application_custom_domain_active: Option<bool>,
}

impl ProviderConfig {
    /// Returns `true` if Wristband is on this machine, such as the local provider.
    pub(super) fn is_local(&self) -> bool {
        self.issuer_url().as_ref().is_some_and(is_loopback)
    }

    /// Wristband's issuer, without a trailing slash.
    pub(super) fn issuer(&self) -> String {
        wristband::issuer(&self.application_vanity_domain)
    }

    pub(super) fn issuer_url(&self) -> Option<Url> {
        let url = Url::parse(&self.issuer()).ok()?;
        // Serialized, it must be unchanged: it contains no path, user or query.
        (url.origin().ascii_serialization() == self.issuer()).then_some(url)
    }
}
