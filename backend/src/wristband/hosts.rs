//! Wristband's hosts: the server calls the application's host, the browser uses a tenant's.

use oidc_client::{Error, ProviderMetadata, is_loopback};
use serde::Deserialize;
use url::Url;

use super::Wristband;
use crate::tenant::Tenant;

/// The issuer of an application, without a trailing slash: `https://{vanity domain}`, or http on
/// loopback.
pub fn issuer(vanity_domain: &str) -> String {
    let scheme = match Url::parse(&format!("https://{vanity_domain}")) {
        Ok(url) if is_loopback(&url) => "http",
        _ => "https",
    };
    format!("{scheme}://{vanity_domain}")
}

/// The endpoints of an application.
///
/// # Errors
/// Fails if the domain makes no valid URL.
pub fn metadata(vanity_domain: &str) -> Result<ProviderMetadata, url::ParseError> {
    let issuer = issuer(vanity_domain);
    let endpoint = |name: &str| Url::parse(&format!("{issuer}/api/v1/oauth2/{name}"));
    Ok(ProviderMetadata {
        authorization_endpoint: endpoint("authorize")?,
        token_endpoint: endpoint("token")?,
        jwks_uri: endpoint("jwks")?,
        userinfo_endpoint: Some(endpoint("userinfo")?),
        revocation_endpoint: Some(endpoint("revoke")?),
        end_session_endpoint: None,
        scopes_supported: None,
        backchannel_logout_supported: true,
        token_endpoint_auth_methods_supported: None,
        id_token_signing_alg_values_supported: vec!["RS256".to_owned()],
        prompt_values_supported: Vec::new(),
        acr_values_supported: None,
        authorization_response_iss_parameter_supported: false,
        unsupported_requirements: Vec::new(),
        issuer,
    })
}

impl Wristband {
    /// The authorization endpoint of this tenant.
    pub(crate) async fn authorization_endpoint(&self, tenant: &Tenant) -> Result<Url, Error> {
        self.tenant_api(tenant, "/oauth2/authorize").await
    }

    /// The page that asks the user for the tenant. The login endpoint gets `return_url` back as
    /// `state`.
    pub(crate) async fn application_login_url(
        &self,
        return_url: Option<&str>,
    ) -> Result<Url, Error> {
        let mut page = self.settings.login_page.as_ref();
        if page.is_none() {
            let configuration = self.sdk_configuration().await?;
            page = configuration.custom_application_login_page_url.as_ref();
        }
        let mut url = match page {
            Some(url) => url.clone(),
            None => address(&format!("{}/login", issuer(&self.settings.vanity_domain)))?,
        };
        self.add_client_and_state(&mut url, return_url);
        Ok(url)
    }

    /// The page where new users of a tenant sign up. The application's own makes a tenant, too.
    pub(crate) async fn sign_up_url(
        &self,
        tenant: &Tenant,
        return_url: Option<&str>,
    ) -> Result<Url, Error> {
        let mut url = self.tenant_url(tenant, "/signup").await?;
        self.add_client_and_state(&mut url, return_url);
        Ok(url)
    }

    fn add_client_and_state(&self, page: &mut Url, return_url: Option<&str>) {
        let mut query = page.query_pairs_mut();
        query.append_pair("client_id", self.oidc.client_id());
        if let Some(return_url) = return_url {
            query.append_pair("state", return_url);
        }
    }

    /// Wristband's logout of a tenant: ends its session and redirects to `redirect_url`.
    pub(crate) async fn logout_url(
        &self,
        tenant: &Tenant,
        redirect_url: &str,
    ) -> Result<Url, Error> {
        let mut url = self.tenant_api(tenant, "/logout").await?;
        url.query_pairs_mut()
            .append_pair("client_id", self.oidc.client_id())
            .append_pair("redirect_url", redirect_url);
        Ok(url)
    }

    /// The origin of the application in the browser: `PUBLIC_URL`, with the tenant's subdomain if
    /// tenants have subdomains.
    pub fn origin(&self, host: Option<&str>) -> Url {
        let mut origin = self.settings.public_url.clone();
        let tenant = host.and_then(|host| self.subdomain(host));
        let root = &self.settings.parse_tenant_from_root_domain;
        if let (Some(tenant), Some(root)) = (tenant, root) {
            // Refused only for schemes without a host; PUBLIC_URL is http or https.
            let _ = origin.set_host(Some(&format!("{tenant}.{root}")));
        }
        origin
    }

    /// A URL of the API at the application's own host.
    pub(super) fn api(&self, path: &str) -> Result<Url, Error> {
        let issuer = issuer(&self.settings.vanity_domain);
        address(&format!("{issuer}/api/v1{path}"))
    }

    async fn tenant_api(&self, tenant: &Tenant, path: &str) -> Result<Url, Error> {
        self.tenant_url(tenant, &format!("/api/v1{path}")).await
    }

    async fn tenant_url(&self, tenant: &Tenant, path: &str) -> Result<Url, Error> {
        let host = self.tenant_host(tenant).await?;
        let issuer = issuer(&self.settings.vanity_domain);
        let scheme = issuer.split_once(':').map_or("https", |(scheme, _)| scheme);
        address(&format!("{scheme}://{host}{path}"))
    }

    async fn tenant_host(&self, tenant: &Tenant) -> Result<String, Error> {
        let vanity_domain = &self.settings.vanity_domain;
        match (&tenant.custom_domain, &tenant.name) {
            (Some(domain), _) => Ok(domain.clone()),
            (None, Some(name)) if self.has_custom_domain().await? => {
                Ok(format!("{name}.{vanity_domain}"))
            }
            (None, Some(name)) => Ok(format!("{name}-{vanity_domain}")),
            (None, None) => Ok(vanity_domain.clone()),
        }
    }

    async fn has_custom_domain(&self) -> Result<bool, Error> {
        if let Some(active) = self.settings.custom_domain_active {
            return Ok(active);
        }
        let configuration = self.sdk_configuration().await?;
        Ok(configuration.is_application_custom_domain_active)
    }

    pub(super) async fn owns_custom_domain(&self, domain: &str) -> Result<bool, Error> {
        #[derive(Deserialize)]
        struct Verdict {
            valid: bool,
        }
        let question = serde_json::json!({ "tenantCustomDomain": domain });
        let request = self.http.post(self.api("/custom-domains/validate")?);
        let verdict: Verdict = self.http.json(request.json(&question)).await?;
        Ok(verdict.valid)
    }
}

fn address(text: &str) -> Result<Url, Error> {
    Url::parse(text).map_err(Error::unavailable)
}
