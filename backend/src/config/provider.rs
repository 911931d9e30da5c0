//! The provider: its variables, and what the OpenID Connect client and Wristband take from them.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use super::{
    Config,
    values::{parse_host, parse_tenant_name, parse_web_address},
};
use crate::{
    identity_provider::{IdentityProvider, OpenId},
    loopback::is_loopback,
    oidc::{self, Client, Http},
    wristband::{self, Wristband},
};

/// The application as it is registered with Wristband.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Wristband application")]
pub struct ProviderConfig {
    /// Host (and port) of the Wristband application; loopback hosts speak http, all others https
    #[arg(long, env, default_value = "localhost:6100")]
    pub application_vanity_domain: String,
    /// OAuth client id [default: the local provider's]
    #[arg(long, env)]
    pub client_id: Option<String>,
    /// OAuth client secret [default: the local provider's]
    #[arg(long, env, hide_env_values = true)]
    pub client_secret: Option<SecretString>,
    /// Scopes to ask for, separated by spaces; without `offline_access` a session lasts as long as
    /// its access token [default: `openid offline_access email profile roles`; with OIDC_ISSUER of
    /// these the first four, as far as the provider offers them]
    #[arg(long, env)]
    pub scopes: Option<String>,
    /// Take the tenant from the subdomain of this domain, when the request's host is one (e.g.
    /// `example.com`)
    #[arg(long, env, value_parser = parse_host)]
    pub parse_tenant_from_root_domain: Option<String>,
    /// Tenant to sign in to when the request names none
    #[arg(long, env, value_parser = parse_tenant_name)]
    pub default_tenant_name: Option<String>,
    /// Tenant custom domain to sign in at when the request names no tenant
    #[arg(long, env, value_parser = parse_host)]
    pub default_tenant_custom_domain: Option<String>,
    /// Page that asks which tenant to sign in to [default: what Wristband's SDK configuration says]
    #[arg(long, env, value_parser = parse_web_address)]
    pub custom_application_login_page_url: Option<Url>,
    /// Whether the application has an active custom domain [default: what Wristband's SDK
    /// configuration says]
    #[arg(long, env)]
    pub application_custom_domain_active: Option<bool>,
}

/// What Wristband offers.
const WRISTBAND_SCOPES: &str = "openid offline_access email profile roles";
/// The client of the provider that comes with this project. Known to everybody, accepted on
/// loopback only.
const LOCAL_CLIENT: (&str, &str) = ("local-client", "local-secret");

impl Config {
    /// What the OpenID Connect client needs.
    ///
    /// # Errors
    /// When `APPLICATION_VANITY_DOMAIN` is needed and makes no valid address.
    pub fn oidc(&self) -> anyhow::Result<oidc::Settings> {
        let provider = &self.provider;
        let (client_id, client_secret) = match (&provider.client_id, &provider.client_secret) {
            (Some(id), Some(secret)) => (id.clone(), secret.clone()),
            _ => (LOCAL_CLIENT.0.to_owned(), LOCAL_CLIENT.1.into()),
        };
        let (provider, scopes) = match &self.oidc.oidc_issuer {
            Some(issuer) => (oidc::Provider::Discovered(issuer.clone()), None),
            None => {
                let metadata = wristband::metadata(&provider.application_vanity_domain)?;
                let given = oidc::Provider::Given(Arc::new(metadata));
                (given, Some(WRISTBAND_SCOPES.to_owned()))
            }
        };
        let params = self.oidc.oidc_authorization_params.clone();
        Ok(oidc::Settings {
            client_id,
            client_secret,
            scopes: self.provider.scopes.clone().or(scopes),
            authentication: self.oidc.oidc_client_auth,
            authorization_params: params.map_or_else(Vec::new, |params| params.0),
            logout_tokens: self.oidc.oidc_logout_tokens,
            provider,
        })
    }

    /// The provider, with what it needs beside.
    pub fn identity_provider(&self, client: Arc<Client>, http: Http) -> IdentityProvider {
        if self.oidc.oidc_issuer.is_none() {
            let wristband = Wristband::new(self.wristband(), client, http);
            return IdentityProvider::Wristband(Box::new(wristband));
        }
        IdentityProvider::OpenId(OpenId {
            public_url: self.server.public_url.clone(),
            tenant_claim: self.oidc.oidc_tenant_claim.clone(),
            roles_claim: self.oidc.oidc_roles_claim.clone(),
            client,
        })
    }

    /// Whether the provider is the one that comes with this project, or stands where it does.
    pub fn uses_local_provider(&self) -> bool {
        self.oidc.oidc_issuer.is_none() && self.provider.is_local()
    }

    /// The issuer as it names itself.
    pub fn issuer(&self) -> String {
        let issuer = self.oidc.oidc_issuer.clone();
        issuer.unwrap_or_else(|| self.provider.issuer())
    }

    fn wristband(&self) -> wristband::Settings {
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
    /// Whether Wristband runs on this machine, as the local provider does.
    fn is_local(&self) -> bool {
        self.issuer_url().as_ref().is_some_and(is_loopback)
    }

    /// Wristband's issuer, without a trailing slash.
    fn issuer(&self) -> String {
        wristband::issuer(&self.application_vanity_domain)
    }

    pub(super) fn issuer_url(&self) -> Option<Url> {
        let url = Url::parse(&self.issuer()).ok()?;
        // What the parser reads back must be what was written: no path, user or query hides in it.
        (url.origin().ascii_serialization() == self.issuer()).then_some(url)
    }
}
