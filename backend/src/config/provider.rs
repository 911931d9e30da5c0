//! From the variables to the settings of the OpenID Connect client and of Wristband.

use url::Url;

use super::{Config, ProviderConfig};
use crate::{loopback::is_loopback, oidc, wristband};

/// The client of the provider that comes with this project. Known to everybody, accepted on loopback only.
const LOCAL_CLIENT: (&str, &str) = ("local-client", "local-secret");

impl Config {
    /// What the OpenID Connect client needs.
    ///
    /// # Errors
    /// When `APPLICATION_VANITY_DOMAIN` makes no valid address.
    pub fn oidc(&self) -> anyhow::Result<oidc::Settings> {
        let provider = &self.provider;
        let (client_id, client_secret) = match (&provider.client_id, &provider.client_secret) {
            (Some(id), Some(secret)) => (id.clone(), secret.clone()),
            _ => (LOCAL_CLIENT.0.to_owned(), LOCAL_CLIENT.1.into()),
        };
        Ok(oidc::Settings {
            client_id,
            client_secret,
            scopes: provider.scopes.clone(),
            provider: wristband::metadata(&provider.application_vanity_domain)?,
        })
    }

    /// What Wristband needs beside.
    #[must_use]
    pub fn wristband(&self) -> wristband::Settings {
        let provider = self.provider.clone();
        wristband::Settings {
            vanity_domain: provider.application_vanity_domain,
            public_url: self.server.public_url.clone(),
            parse_tenant_from_root_domain: provider.parse_tenant_from_root_domain,
            default_tenant_name: provider.default_tenant_name,
            default_tenant_custom_domain: provider.default_tenant_custom_domain,
            login_page: provider.custom_application_login_page_url,
            custom_domain_active: provider.application_custom_domain_active,
        }
    }
}

impl ProviderConfig {
    /// Whether the provider runs on this machine, as the one that comes with this project does.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.issuer_url().as_ref().is_some_and(is_loopback)
    }

    /// The issuer, without a trailing slash.
    #[must_use]
    pub fn issuer(&self) -> String {
        wristband::issuer(&self.application_vanity_domain)
    }

    pub(super) fn issuer_url(&self) -> Option<Url> {
        let url = Url::parse(&self.issuer()).ok()?;
        // What the parser reads back must be what was written: no path, user or query hides in it.
        (url.origin().ascii_serialization() == self.issuer()).then_some(url)
    }
}
