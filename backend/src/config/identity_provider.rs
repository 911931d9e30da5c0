//! The OpenID Connect client and the identity provider of a configuration.

use std::sync::Arc;

use oidc_client::{Client, Http};

use super::{Config, oidc::LogoutTokens};
use crate::{
    identity_provider::{IdentityProvider, OpenId},
    sign_in::PassedOn,
    wristband::{self, Wristband},
};

const WRISTBAND_SCOPES: &str = "openid offline_access email profile roles";
/// The client of this project's local provider. Public, accepted on loopback only.
const LOCAL_CLIENT: (&str, &str) = ("local-client", "local-secret");

impl Config {
    /// The settings of the OpenID Connect client.
    ///
    /// # Errors
    /// If `APPLICATION_VANITY_DOMAIN` is needed and is not a host.
    pub fn oidc(&self) -> anyhow::Result<oidc_client::Settings> {
        let provider = &self.provider;
        let (client_id, client_secret) = match (&provider.client_id, &provider.client_secret) {
            (Some(id), Some(secret)) => (id.clone(), secret.clone()),
            _ => (LOCAL_CLIENT.0.to_owned(), LOCAL_CLIENT.1.into()),
        };
        let (provider, scopes) = match &self.oidc.oidc_issuer {
            Some(issuer) => (oidc_client::Provider::Discovered(issuer.clone()), None),
            None => {
                let metadata = wristband::metadata(&provider.application_vanity_domain)?;
                let given = oidc_client::Provider::Given(Arc::new(metadata));
                (given, Some(WRISTBAND_SCOPES.to_owned()))
            }
        };
        let params = self.oidc.oidc_authorization_params.clone();
        let mut params = params.map_or_else(Vec::new, |params| params.0);
        // Some providers issue tokens only for resources that the sign-in named (RFC 8707 section
        // 2.1).
        let resource = self.apis.api_orders_resource.clone();
        params.extend(resource.map(|resource| ("resource".to_owned(), resource)));
        Ok(oidc_client::Settings {
            client_id,
            client_secret,
            scopes: self.provider.scopes.clone().or(scopes),
            authentication: self.oidc.oidc_client_auth.map(Into::into),
            authorization_params: params,
            post_logout_parameter: self.oidc.oidc_post_logout_parameter.clone(),
            accepts_older_logout_tokens: self.oidc.oidc_logout_tokens == LogoutTokens::Lenient,
            provider,
        })
    }

    /// The query parameters of the login that are passed on to the provider.
    pub fn passed_on(&self) -> PassedOn {
        let set = self.oidc.oidc_authorization_params.as_ref();
        let set = set.map_or(&[][..], |params| &params.0);
        PassedOn::new(&self.provider.login_parameters, set)
    }

    /// The identity provider.
    pub fn identity_provider(&self, client: Arc<Client>, http: Http) -> IdentityProvider {
        if self.oidc.oidc_issuer.is_none() {
            let wristband = Wristband::new(self.wristband(), client, http);
            return IdentityProvider::Wristband(Box::new(wristband));
        }
        IdentityProvider::OpenId(OpenId {
            public_url: self.server.public_url(),
            tenant_claim: self.oidc.oidc_tenant_claim.clone(),
            roles_claim: self.oidc.oidc_roles_claim.clone(),
            client,
        })
    }

    /// Returns whether the provider is this project's own, or one at its address.
    pub fn uses_local_provider(&self) -> bool {
        self.oidc.oidc_issuer.is_none() && self.provider.is_local()
    }

    /// The issuer, exactly as it names itself.
    pub fn issuer(&self) -> String {
        let issuer = self.oidc.oidc_issuer.clone();
        issuer.unwrap_or_else(|| self.provider.issuer())
    }

    fn wristband(&self) -> wristband::Settings {
        let provider = self.provider.clone();
        wristband::Settings {
            vanity_domain: provider.application_vanity_domain,
            public_url: self.server.public_url(),
            parse_tenant_from_root_domain: provider.parse_tenant_from_root_domain,
            default_tenant_name: provider.default_tenant_name,
            default_tenant_custom_domain: provider.default_tenant_custom_domain,
            login_page: provider.custom_application_login_page_url,
            custom_domain_active: provider.application_custom_domain_active,
        }
    }
}
