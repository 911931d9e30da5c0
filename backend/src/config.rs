//! Configuration: what can be set, its defaults, and the combinations that are refused.
//!
//! `backend --help` prints this file's documentation; every option is meant to be set through the environment
//! variable of the same name (a `.env` file in the working directory is read first).

use std::{path::PathBuf, time::Duration};

use clap::{Parser, ValueEnum};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::session::StoreKind;

/// Signs users in with Wristband, keeps their session and serves the single-page app.
///
/// Every option can be set through the environment variable shown in capitals.
#[derive(Clone, Debug, Parser)]
#[command(version, arg_required_else_help = false)]
pub struct Config {
    /// Wristband.
    #[command(flatten)]
    pub provider: ProviderConfig,
    /// Where the application is reached.
    #[command(flatten)]
    pub server: ServerConfig,
    /// How sessions are kept.
    #[command(flatten)]
    pub session: SessionConfig,
    /// Print the OpenAPI document and exit
    #[arg(long)]
    pub openapi: bool,
}

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
    /// Scopes to ask for, separated by spaces; without `offline_access` a session lasts as long as its access token
    #[arg(long, env, default_value = "openid offline_access email profile roles")]
    pub scopes: String,
    /// Take the tenant from the subdomain of this domain, when the request's host is one (e.g. `example.com`)
    #[arg(long, env)]
    pub parse_tenant_from_root_domain: Option<String>,
    /// Tenant to sign in to when the request names none
    #[arg(long, env)]
    pub default_tenant_name: Option<String>,
    /// Tenant custom domain to sign in at when the request names no tenant
    #[arg(long, env)]
    pub default_tenant_custom_domain: Option<String>,
    /// Page that asks which tenant to sign in to [default: what Wristband's SDK configuration says]
    #[arg(long, env)]
    pub custom_application_login_page_url: Option<Url>,
    /// Whether the application has an active custom domain [default: what Wristband's SDK configuration says]
    #[arg(long, env)]
    pub application_custom_domain_active: Option<bool>,
}

/// The HTTP server and the address it is known by.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Server")]
pub struct ServerConfig {
    /// Address of the application as the browser sees it; https, except on loopback
    #[arg(long, env, default_value = "http://localhost:6001")]
    pub public_url: Url,
    /// Address to listen on
    #[arg(long, env, default_value = "127.0.0.1")]
    pub host: String,
    /// Port to listen on
    #[arg(long, env, default_value_t = 6001)]
    pub port: u16,
    /// Worker threads [default: one for each core]
    #[arg(long, env, value_parser = clap::value_parser!(u16).range(1..))]
    pub workers: Option<u16>,
    /// Folder of the built single-page app [default: frontend/dist beside the binary's workspace, or here]
    #[arg(long, env)]
    pub frontend_dist: Option<PathBuf>,
}

/// Lifetime, storage and cookies of a session.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Sessions")]
pub struct SessionConfig {
    /// Where sessions are kept
    #[arg(long, env, value_enum, default_value_t = StoreKind::Cookie)]
    pub session_store: StoreKind,
    /// Secrets, separated by commas, each of 32 characters or more: the first seals, all of them open [default on loopback: one made at the first start and kept in DATA_DIR]
    #[arg(long, env, hide_env_values = true, value_parser = parse_secrets)]
    pub session_secrets: Option<Secrets>,
    /// Folder of what this machine must remember (the revocation list, the local secret)
    #[arg(long, env, default_value = ".data")]
    pub data_dir: PathBuf,
    /// End a session that was not used for this long
    #[arg(long, env, default_value = "30m", value_parser = parse_duration)]
    pub session_idle_timeout: Duration,
    /// End a session this long after its sign-in, used or not
    #[arg(long, env, default_value = "12h", value_parser = parse_duration)]
    pub session_absolute_timeout: Duration,
    /// Treat an access token as expired this long before it is
    #[arg(long, env, default_value = "60s", value_parser = humantime::parse_duration)]
    pub token_expiration_buffer: Duration,
    /// `off` drops `Secure` and the `__Host-` prefix; only on loopback
    #[arg(long, env, value_enum, default_value_t = Switch::On)]
    pub cookie_secure: Switch,
    /// Bytes that all session cookies together may take in a request
    #[arg(long, env, default_value_t = 12_288)]
    pub cookie_budget: usize,
    /// `on` lets the single-page app read the access token (`GET /api/auth/token`); see docs/security.md first
    #[arg(long, env, value_enum, default_value_t = Switch::Off)]
    pub token_endpoint: Switch,
}

/// A setting that is on or off.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Switch {
    On,
    Off,
}

/// `SESSION_SECRETS`, taken apart.
#[derive(Clone, Debug)]
pub struct Secrets(pub Vec<SecretString>);

const MIN_SECRET_LENGTH: usize = 32;

fn parse_secrets(value: &str) -> Result<Secrets, String> {
    let secrets: Vec<SecretString> = value.split(',').map(|secret| secret.trim().into()).collect();
    if secrets.iter().any(|secret| secret.expose_secret().len() < MIN_SECRET_LENGTH) {
        return Err(format!(
            "each secret needs {MIN_SECRET_LENGTH} characters or more (try `openssl rand -base64 32`)"
        ));
    }
    Ok(Secrets(secrets))
}

fn parse_duration(value: &str) -> Result<Duration, String> {
    match humantime::parse_duration(value).map_err(|error| error.to_string())? {
        Duration::ZERO => Err("must be more than zero".to_owned()),
        duration => Ok(duration),
    }
}

/// A combination of settings that would be insecure or could not work.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

impl Config {
    /// Refuses what clap cannot see: settings that contradict each other or are unsafe together.
    ///
    /// # Errors
    /// The message names the variables and says what to do.
    pub fn check(&self) -> Result<(), Refused> {
        let (provider, server, session) = (&self.provider, &self.server, &self.session);
        let public = is_loopback(&server.public_url);
        let refuse = |reason: &str| Err(Refused(reason.to_owned()));

        if !matches!(server.public_url.scheme(), "http" | "https") || server.public_url.path() != "/" {
            return refuse("PUBLIC_URL must be an origin such as https://app.example.com, without a path");
        }
        if server.public_url.scheme() != "https" && !public {
            return refuse("PUBLIC_URL must be https unless it is on loopback: browsers drop Secure cookies otherwise");
        }
        if session.cookie_secure == Switch::Off && !public {
            return refuse("COOKIE_SECURE=off is refused: PUBLIC_URL is not on loopback");
        }
        if session.session_secrets.is_none() && !public {
            return refuse(
                "SESSION_SECRETS must be set when PUBLIC_URL is not on loopback (try `openssl rand -base64 32`)",
            );
        }
        match (&provider.client_id, &provider.client_secret) {
            (Some(_), None) => return refuse("CLIENT_SECRET must be set together with CLIENT_ID"),
            (None, Some(_)) => return refuse("CLIENT_ID must be set together with CLIENT_SECRET"),
            (None, None) if !provider.is_local() => {
                return refuse(
                    "CLIENT_ID and CLIENT_SECRET must be set for an APPLICATION_VANITY_DOMAIN that is not on loopback",
                );
            }
            (None, None) if !public => {
                return refuse("the local provider's well-known CLIENT_SECRET is for loopback only, PUBLIC_URL is not");
            }
            _ => {}
        }
        if provider.issuer_url().is_none() {
            return refuse(
                "APPLICATION_VANITY_DOMAIN must be a host name with an optional port, such as auth.example.com",
            );
        }
        if session.session_idle_timeout > session.session_absolute_timeout {
            return refuse("SESSION_IDLE_TIMEOUT must not be longer than SESSION_ABSOLUTE_TIMEOUT");
        }
        if !provider.scopes.split_whitespace().any(|scope| scope == "openid") {
            return refuse("SCOPES must contain openid: the ID token proves who signed in");
        }
        Ok(())
    }
}

impl ProviderConfig {
    /// Whether the provider runs on this machine, as the one that comes with this project does.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.issuer_url().as_ref().is_some_and(is_loopback)
    }

    /// The issuer, without a trailing slash: `https://{vanity domain}`, or http on loopback.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("{}://{}", self.scheme(), self.application_vanity_domain)
    }

    /// `http` for a provider on loopback, else `https`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        match Url::parse(&format!("https://{}", self.application_vanity_domain)) {
            Ok(url) if is_loopback(&url) => "http",
            _ => "https",
        }
    }

    fn issuer_url(&self) -> Option<Url> {
        let url = Url::parse(&self.issuer()).ok()?;
        // What the parser reads back must be what was written: no path, user or query hides in it.
        (url.as_str().strip_suffix('/') == Some(&self.issuer())).then_some(url)
    }
}

/// Whether `url` points to this machine (RFC 6761 for `localhost` and names below it).
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
