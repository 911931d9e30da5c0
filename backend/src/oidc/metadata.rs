//! What a client must know of its provider: given, or published by the provider itself.

use std::sync::Arc;

use serde::Deserialize;
use url::Url;

use super::ProviderError;
use crate::loopback::is_loopback;

/// The provider's metadata, by the names of OpenID Connect Discovery 1.0 section 3 and RFC 8414
/// section 2.
#[derive(Clone, Debug, Deserialize)]
pub struct ProviderMetadata {
    /// The issuer, exactly as ID tokens and callbacks name it.
    pub issuer: String,
    /// Where the browser goes to sign in.
    pub authorization_endpoint: Url,
    /// Where codes and refresh tokens become tokens.
    pub token_endpoint: Url,
    /// The keys that the provider signs with.
    pub jwks_uri: Url,
    /// Where an access token tells whose it is.
    pub userinfo_endpoint: Option<Url>,
    /// Where refresh tokens are revoked.
    pub revocation_endpoint: Option<Url>,
    /// Where the browser goes to end the provider's own session.
    pub end_session_endpoint: Option<Url>,
    /// The scopes that it offers.
    pub scopes_supported: Option<Vec<String>>,
    /// Whether it tells when a user signs out there (Back-Channel Logout 1.0 section 2.1).
    #[serde(default)]
    pub backchannel_logout_supported: bool,
    /// How the token endpoint lets clients prove who they are; unknown: `client_secret_basic`.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// What ID tokens are signed with; RFC 8414 does not know it, and `RS256` is what all must
    /// know.
    #[serde(default = "rs256")]
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Whether every callback names the issuer (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// Where the metadata comes from.
#[derive(Clone, Debug)]
pub enum Provider {
    /// It is known.
    Given(Arc<ProviderMetadata>),
    /// This issuer publishes it.
    Discovered(String),
}

impl Provider {
    /// The issuer.
    pub fn issuer(&self) -> &str {
        match self {
            Self::Given(metadata) => &metadata.issuer,
            Self::Discovered(issuer) => issuer,
        }
    }
}

/// Where an issuer publishes its metadata (Discovery section 4.1: a `/` at its end is left out).
pub(super) fn discovery_address(issuer: &str) -> Result<Url, ProviderError> {
    let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
    let address = format!("{issuer}/.well-known/openid-configuration");
    Url::parse(&address).map_err(|error| ProviderError(error.into()))
}

fn rs256() -> Vec<String> {
    vec!["RS256".to_owned()]
}

/// What is asked for of a provider that was not set by hand.
const SCOPES: [&str; 4] = ["openid", "offline_access", "email", "profile"];

impl ProviderMetadata {
    /// What this application can use, as far as the provider offers it. One that does not say what
    /// it offers has the scopes that every provider knows.
    pub(super) fn scopes(&self) -> String {
        let offered = |scope: &&str| match &self.scopes_supported {
            Some(offered) => *scope == "openid" || offered.iter().any(|one| one == scope),
            None => *scope != "offline_access",
        };
        let scopes: Vec<_> = SCOPES.into_iter().filter(offered).collect();
        scopes.join(" ")
    }

    /// What the provider does not offer of what this application would use, by the names of the
    /// metadata.
    pub fn lacks(&self) -> Vec<&'static str> {
        let scopes = self.scopes();
        let has_scope = |name| scopes.split(' ').any(|scope| scope == name);
        let parts = [
            ("userinfo_endpoint", self.userinfo_endpoint.is_some()),
            ("revocation_endpoint", self.revocation_endpoint.is_some()),
            ("end_session_endpoint", self.end_session_endpoint.is_some()),
            ("backchannel_logout", self.backchannel_logout_supported),
            ("offline_access", has_scope("offline_access")),
        ];
        let missing = parts.into_iter().filter(|(_, offered)| !offered);
        missing.map(|(name, _)| name).collect()
    }

    /// Checks that this is the metadata of the issuer that was asked, to the letter (Discovery
    /// section 4.3), and that nothing secret would travel in the open.
    pub(super) fn check(&self, issuer: &str) -> Result<(), ProviderError> {
        let refuse = |reason: &str| {
            let reason = format!("the metadata of {issuer} {reason}");
            Err(ProviderError(anyhow::anyhow!(reason)))
        };
        if self.issuer != issuer {
            return refuse("names another issuer");
        }
        let required = [
            &self.authorization_endpoint,
            &self.token_endpoint,
            &self.jwks_uri,
        ];
        let optional = [
            &self.userinfo_endpoint,
            &self.revocation_endpoint,
            &self.end_session_endpoint,
        ];
        let mut endpoints = required.into_iter().chain(optional.into_iter().flatten());
        if !endpoints.all(|url| url.scheme() == "https" || is_loopback(url)) {
            return refuse("has an endpoint without https");
        }
        Ok(())
    }
}
