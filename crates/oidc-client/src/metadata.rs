//! The provider's metadata.

use serde_json::{Map, Value};
use url::Url;

use crate::{
    Error, cached_document::Document, keys::ALGORITHMS, loopback::is_loopback, members::Members,
};

/// The provider's metadata, by the names of OpenID Connect Discovery 1.0 section 3 and RFC 8414
/// section 2.
#[derive(Clone, Debug)]
pub struct ProviderMetadata {
    /// The issuer, exactly as ID tokens and callbacks name it.
    pub issuer: String,
    /// The address where the browser signs in.
    pub authorization_endpoint: Url,
    /// Exchanges codes and refresh tokens for tokens.
    pub token_endpoint: Url,
    /// The provider's signing keys.
    pub jwks_uri: Url,
    /// Returns the claims of an access token's user.
    pub userinfo_endpoint: Option<Url>,
    /// Revokes refresh tokens.
    pub revocation_endpoint: Option<Url>,
    /// The address where the browser ends the provider's own session.
    pub end_session_endpoint: Option<Url>,
    /// The scopes that the provider offers.
    pub scopes_supported: Option<Vec<String>>,
    /// `true` if the provider sends logout tokens (Back-Channel Logout 1.0 section 2.1).
    pub backchannel_logout_supported: bool,
    /// Client authentication methods of the token endpoint; `None`: `client_secret_basic`.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Signature algorithms of ID tokens; `RS256` if the provider names none.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Values of `prompt` that the provider lists (Initiating User Registration via OpenID Connect
    /// 1.0 section 4.2).
    pub prompt_values_supported: Vec<String>,
    /// Values of `acr` that the provider lists; `None`: it does not say.
    pub acr_values_supported: Option<Vec<String>>,
    /// `true` if every callback names the issuer (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// Members with requirements that this client does not support: nobody can sign in.
    pub unsupported_requirements: Vec<&'static str>,
}

/// The address of an issuer's metadata (Discovery section 4.1: without a `/` at its end).
pub(crate) fn discovery_address(issuer: &str) -> Result<Url, Error> {
    let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
    let address = format!("{issuer}/.well-known/openid-configuration");
    Url::parse(&address).map_err(Error::unavailable)
}

impl Document for ProviderMetadata {
    fn read(members: Map<String, Value>) -> Result<Self, Error> {
        let members = Members::new("provider metadata", members);
        let optional = |name| members.text(name).map(|text| url(name, &text)).transpose();
        let required = |name| url(name, &members.required::<String>(name)?);
        let methods = members.optional(AUTHENTICATION_METHODS);
        let algorithms = members.optional(SIGNING_ALGORITHMS);
        Ok(Self {
            unsupported_requirements: unsupported_requirements(
                &members,
                methods.as_deref(),
                algorithms.as_deref(),
            ),
            issuer: members.required("issuer")?,
            authorization_endpoint: required("authorization_endpoint")?,
            token_endpoint: required("token_endpoint")?,
            jwks_uri: required("jwks_uri")?,
            userinfo_endpoint: optional("userinfo_endpoint")?,
            revocation_endpoint: optional("revocation_endpoint")?,
            end_session_endpoint: optional("end_session_endpoint")?,
            scopes_supported: members.optional("scopes_supported"),
            backchannel_logout_supported: members
                .boolean("backchannel_logout_supported")
                .unwrap_or_default(),
            token_endpoint_auth_methods_supported: methods,
            // Lists without elements count as absent (RFC 8414 section 2).
            id_token_signing_alg_values_supported: algorithms
                .filter(|algorithms: &Vec<_>| !algorithms.is_empty())
                .unwrap_or_else(|| vec!["RS256".to_owned()]),
            prompt_values_supported: members
                .optional("prompt_values_supported")
                .unwrap_or_default(),
            acr_values_supported: members.optional("acr_values_supported"),
            authorization_response_iss_parameter_supported: members
                .boolean("authorization_response_iss_parameter_supported")
                .unwrap_or_default(),
        })
    }
}

pub(crate) const AUTHENTICATION_METHODS: &str = "token_endpoint_auth_methods_supported";
const SIGNING_ALGORITHMS: &str = "id_token_signing_alg_values_supported";

/// Returns the members with requirements that this client does not support. Missing or empty lists
/// require nothing.
fn unsupported_requirements(
    members: &Members,
    methods: Option<&[String]>,
    algorithms: Option<&[String]>,
) -> Vec<&'static str> {
    let none_of = |offered: Option<&[String]>, ours: &[&str]| {
        let offered = offered.filter(|offered| !offered.is_empty());
        offered.is_some_and(|offered| !offered.iter().any(|one| ours.contains(&one.as_str())))
    };
    let lacks = |name, ours| {
        let offered: Option<Vec<String>> = members.optional(name);
        (name, none_of(offered.as_deref(), &[ours]))
    };
    let demands = |name| (name, members.boolean(name).unwrap_or_default());
    let algorithms = none_of(algorithms, &ALGORITHMS.map(|(name, _)| name));
    let methods = none_of(methods, &["client_secret_basic", "client_secret_post"]);
    let obstacles = [
        (SIGNING_ALGORITHMS, algorithms),
        (AUTHENTICATION_METHODS, methods),
        lacks("response_types_supported", "code"),
        lacks("grant_types_supported", "authorization_code"),
        lacks("code_challenge_methods_supported", "S256"),
        demands("require_pushed_authorization_requests"),
        demands("require_signed_request_object"),
    ];
    let obstacles = obstacles.into_iter().filter(|(_, found)| *found);
    obstacles.map(|(name, _)| name).collect()
}

fn url(name: &str, text: &str) -> Result<Url, Error> {
    Url::parse(text)
        .map_err(|error| Error::unavailable(format!("provider metadata: {name}: {error}")))
}

/// The scopes to request if none are configured.
const DEFAULT_SCOPES: [&str; 4] = ["openid", "offline_access", "email", "profile"];

impl ProviderMetadata {
    /// The default scopes that the provider offers, separated by spaces. A provider that does not
    /// list its scopes gets those that every provider knows.
    pub(crate) fn scopes(&self) -> String {
        let offered = |scope: &&str| match &self.scopes_supported {
            Some(offered) => *scope == "openid" || offered.iter().any(|one| one == scope),
            None => *scope != "offline_access",
        };
        let scopes: Vec<_> = DEFAULT_SCOPES.into_iter().filter(offered).collect();
        scopes.join(" ")
    }

    /// Returns the optional features that the provider does not offer, by the names of its
    /// metadata.
    pub fn missing_features(&self) -> Vec<&'static str> {
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

    /// Checks that the issuer is exactly the configured one (Discovery section 4.3), and that no
    /// secret would be sent unencrypted.
    pub(crate) fn check(&self, issuer: &str) -> Result<(), Error> {
        let refuse = |reason: &str| {
            let text = format!("the metadata of {issuer} {reason}");
            Err(Error::unavailable(text))
        };
        if self.issuer != issuer {
            let named = &self.issuer;
            return refuse(&format!("names another issuer, {named}"));
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
        // Plain http is for a provider on this machine, which a remote one must not point to.
        let is_local = Url::parse(issuer).is_ok_and(|issuer| is_loopback(&issuer));
        if !endpoints
            .clone()
            .all(|url| url.scheme() == "https" || is_local && is_loopback(url))
        {
            return refuse("has an endpoint without https");
        }
        if !endpoints.all(|url| url.username().is_empty() && url.password().is_none()) {
            return refuse("has an endpoint with credentials in it");
        }
        Ok(())
    }
}
