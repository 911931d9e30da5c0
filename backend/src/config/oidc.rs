//! Any other provider than Wristband, and what some providers want differently.

use url::{Url, form_urlencoded};

use crate::{
    loopback::is_loopback,
    oidc::{ClientAuthentication, LogoutTokens},
};

/// The provider by its issuer.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Any other OpenID provider")]
pub struct OidcConfig {
    /// Issuer of an OpenID provider to sign in with instead of Wristband, to the letter as it names
    /// itself (some end in `/`); the rest is read from its metadata
    #[arg(long, env, value_parser = parse_issuer)]
    pub oidc_issuer: Option<String>,
    /// How to send CLIENT_SECRET [default: what the provider's metadata asks for]
    #[arg(long, env, value_enum)]
    pub oidc_client_auth: Option<ClientAuthentication>,
    /// What authorization requests say beside, e.g. `access_type=offline&prompt=consent`
    #[arg(long, env, value_parser = parse_params)]
    pub oidc_authorization_params: Option<Params>,
    /// Claim of ID token or userinfo that is the user's tenant, or a path such as `org.id`
    /// [default: none, the tenant is the issuer's host]
    #[arg(long, env)]
    pub oidc_tenant_claim: Option<String>,
    /// Claim of ID token or userinfo with the user's roles, or a path such as `realm_access.roles`
    #[arg(long, env)]
    pub oidc_roles_claim: Option<String>,
    /// Which tokens of back-channel logout are taken
    #[arg(long, env, value_enum, default_value_t = LogoutTokens::Strict)]
    pub oidc_logout_tokens: LogoutTokens,
}

/// Parameters of a query.
#[derive(Clone, Debug)]
pub struct Params(pub Vec<(String, String)>);

/// What each request says for itself.
const OURS: [&str; 10] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "request",
];

fn parse_params(value: &str) -> Result<Params, String> {
    let pairs = form_urlencoded::parse(value.as_bytes()).into_owned();
    let params: Vec<(String, String)> = pairs.collect();
    match params
        .iter()
        .find(|(name, _)| OURS.contains(&name.as_str()))
    {
        Some((name, _)) => Err(format!("{name} is set by each request itself")),
        None => Ok(Params(params)),
    }
}

fn parse_issuer(value: &str) -> Result<String, String> {
    let url = Url::parse(value).map_err(|error| error.to_string())?;
    if url.scheme() != "https" && !is_loopback(&url) {
        return Err("must begin with https:// unless it is on loopback".to_owned());
    }
    let bare = url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err("must have no query, fragment, user or password".to_owned());
    }
    Ok(value.to_owned())
}
