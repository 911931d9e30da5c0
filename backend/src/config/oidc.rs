//! The variables of any other OpenID provider.

use clap::ValueEnum;
use oidc_client::ClientAuthentication;
use url::form_urlencoded;

use super::values::parse_secure_address;

/// The provider by its issuer.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Any other OpenID provider")]
pub struct OidcConfig {
    /// Issuer of an OpenID provider to sign in with instead of Wristband, exactly as it names
    /// itself (some end in `/`); the rest is read from its metadata
    #[arg(long, env, value_parser = parse_issuer)]
    pub oidc_issuer: Option<String>,
    /// Way to send CLIENT_SECRET [default: by the provider's metadata]
    #[arg(long, env, value_enum)]
    pub oidc_client_auth: Option<ClientAuth>,
    /// Further parameters of authorization requests, e.g. `access_type=offline&prompt=consent`
    #[arg(long, env, value_parser = parse_params)]
    pub oidc_authorization_params: Option<Params>,
    /// Claim of ID token or userinfo with the user's tenant, or a path such as `org.id` [default:
    /// none, the tenant is the issuer's host]
    #[arg(long, env)]
    pub oidc_tenant_claim: Option<String>,
    /// Claim of ID token or userinfo with the user's roles, or a path such as `realm_access.roles`
    #[arg(long, env)]
    pub oidc_roles_claim: Option<String>,
    /// Parameter of the provider's sign-out with the address to return to; `logout_uri` for Amazon
    /// Cognito
    #[arg(long, env, default_value = "post_logout_redirect_uri", value_parser = parse_parameter)]
    pub oidc_post_logout_parameter: String,
    /// Logout tokens (back-channel logout) to accept
    #[arg(long, env, value_enum, default_value_t = LogoutTokens::Strict)]
    pub oidc_logout_tokens: LogoutTokens,
}

/// Values of `OIDC_CLIENT_AUTH`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ClientAuth {
    /// `Authorization: Basic`, with id and secret form-encoded first, as the standard has it
    Basic,
    /// In the form
    Post,
    /// `Authorization: Basic` with id and secret as they are, for providers that do not decode them
    BasicPlain,
}

impl From<ClientAuth> for ClientAuthentication {
    fn from(setting: ClientAuth) -> Self {
        match setting {
            ClientAuth::Basic => Self::Basic,
            ClientAuth::Post => Self::Post,
            ClientAuth::BasicPlain => Self::BasicPlain,
        }
    }
}

/// Values of `OIDC_LOGOUT_TOKENS`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum LogoutTokens {
    /// Tokens by the standard
    Strict,
    /// Also tokens with `typ` JWT or none, and without `exp`, of providers older than the standard
    Lenient,
}

/// Query parameters.
#[derive(Clone, Debug)]
pub struct Params(pub Vec<(String, String)>);

/// Parameters that each request sets itself.
pub(super) const RESERVED_PARAMS: [&str; 11] = [
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
    "request_uri",
];

fn parse_params(value: &str) -> Result<Params, String> {
    let pairs = form_urlencoded::parse(value.as_bytes()).into_owned();
    let params: Vec<(String, String)> = pairs.collect();
    match params
        .iter()
        .find(|(name, _)| RESERVED_PARAMS.contains(&name.as_str()))
    {
        Some((name, _)) => Err(format!("{name} is set by each request itself")),
        None => Ok(Params(params)),
    }
}

/// Parses the name of a parameter that needs no encoding and that a sign-out does not set itself.
fn parse_parameter(value: &str) -> Result<String, String> {
    parse_plain_name(value)?;
    if ["client_id", "state", "id_token_hint"].contains(&value) {
        return Err("is set by each sign-out itself".to_owned());
    }
    Ok(value.to_owned())
}

/// Checks the name of a parameter that needs no encoding.
pub(super) fn parse_plain_name(value: &str) -> Result<(), String> {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    if value.is_empty() || !value.bytes().all(plain) {
        return Err("must be a name of letters, digits, '-', '_' and '.'".to_owned());
    }
    Ok(())
}

/// Keeps the issuer as it is written: it is compared as a text (Core section 2).
fn parse_issuer(value: &str) -> Result<String, String> {
    parse_secure_address(value).map(|_| value.to_owned())
}
