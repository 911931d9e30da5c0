//! Configuration: what can be set, and its defaults. `values` reads single values, `check` refuses combinations.
//!
//! `backend --help` prints this file's documentation; every option is meant to be set through the environment
//! variable of the same name (a `.env` file in the working directory is read first).

mod check;
mod provider;
mod values;

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use clap::Parser;
use secrecy::SecretString;
use url::Url;

pub use check::Refused;
pub use values::{Secrets, Switch};

use crate::session::{Cookies, StoreKind, Timeouts};
use values::{
    parse_cookie_budget, parse_duration, parse_host, parse_secrets, parse_tenant_name,
    parse_web_address,
};

/// What is read before there is a configuration.
const AFTER_HELP: &str = "Environment only:
  How much is logged: a level, or `target=level` pairs separated by commas [env: RUST_LOG=] [default: info]";

/// Signs users in with Wristband, keeps their session and serves the single-page app.
///
/// Every option can be set through the environment variable shown in capitals.
#[derive(Clone, Debug, Parser)]
#[command(version, arg_required_else_help = false, after_help = AFTER_HELP)]
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
    /// Redis or Valkey that several nodes share, e.g. `rediss://:password@host:6379` (TLS); several addresses, separated by commas, of a Cluster. With SESSION_STORE=cookie it holds what was ended before its time
    #[arg(long, env, hide_env_values = true)]
    pub redis_url: Option<SecretString>,
    /// Secrets, separated by commas, each of 32 characters or more: the first seals, all of them open [default on loopback: one made at the first start and kept in DATA_DIR]
    #[arg(long, env, hide_env_values = true, value_parser = parse_secrets)]
    pub session_secrets: Option<Secrets>,
    /// Folder of what this machine must remember (sessions and revocation list without Redis, the local secret)
    #[arg(long, env, default_value = ".data")]
    pub data_dir: PathBuf,
    /// End a session that was not used for this long
    #[arg(long, env, default_value = "30m", value_parser = parse_duration)]
    pub session_idle_timeout: Duration,
    /// End a session this long after its sign-in, used or not
    #[arg(long, env, default_value = "12h", value_parser = parse_duration)]
    pub session_absolute_timeout: Duration,
    /// Sessions that one user may have in server-side modes; the least recently used gives way
    #[arg(long, env, default_value_t = NonZeroUsize::new(10).unwrap_or(NonZeroUsize::MIN))]
    pub session_max_per_user: NonZeroUsize,
    /// Treat an access token as expired this long before it is, or after half its life if that is later
    #[arg(long, env, default_value = "60s", value_parser = humantime::parse_duration)]
    pub token_expiration_buffer: Duration,
    /// `off` drops `Secure` and the `__Host-` prefix; only on loopback
    #[arg(long, env, value_enum, default_value_t = Switch::On)]
    pub cookie_secure: Switch,
    /// Bytes that all session cookies together may take in a request
    #[arg(long, env, default_value_t = 12_288, value_parser = parse_cookie_budget)]
    pub cookie_budget: usize,
    /// `on` lets the single-page app read the access token (`GET /api/auth/token`); see docs/security.md first
    #[arg(long, env, value_enum, default_value_t = Switch::Off)]
    pub token_endpoint: Switch,
}

impl SessionConfig {
    /// How long a session may live.
    #[must_use]
    pub fn timeouts(&self) -> Timeouts {
        Timeouts {
            idle: self.session_idle_timeout,
            absolute: self.session_absolute_timeout,
        }
    }

    /// Names and attributes of the cookies.
    #[must_use]
    pub fn cookies(&self) -> Cookies {
        Cookies::new(self.cookie_secure == Switch::On)
    }
}
