//! Storage, lifetime and cookies of sessions.

use std::{num::NonZeroUsize, ops::RangeInclusive, path::PathBuf, time::Duration};

use clap::{ArgAction, builder::RangedU64ValueParser};
use secrecy::SecretString;
use url::Url;

use super::values::{
    Secrets, parse_duration, parse_duration_or_zero, parse_node_name, parse_secrets,
    parse_store_timeout, switch,
};
use crate::{cookies, routes::device, secrets::secrets};
use sessions::{DeviceSettings, Settings, StoreKind, Timeouts};

/// Less is too small for any session; proxies do not accept more as a header.
const COOKIE_BUDGETS: RangeInclusive<u64> = 1_024..=60_000;

/// Values of `COOKIE_SECURE`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum CookieSecure {
    /// With https only: on http, which is loopback then, WebKit refuses `Secure` cookies.
    Auto,
    /// Always.
    #[value(aliases = ["true", "yes", "y", "1"])]
    On,
    /// Never.
    #[value(aliases = ["false", "no", "n", "0"])]
    Off,
}

/// Values of `DEVICE_BOUND_SESSIONS`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum DeviceBoundSessions {
    /// If PUBLIC_URL is https and the browser supports it.
    Auto,
    /// Never.
    #[value(aliases = ["false", "no", "n", "0"])]
    Off,
    /// A session that is not bound a minute after its sign-in is refused.
    Required,
}

/// Lifetime, storage and cookies of a session.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Sessions")]
pub struct SessionConfig {
    /// Store of the sessions
    #[arg(long, env, value_enum, default_value_t = StoreKind::Cookie)]
    pub session_store: StoreKind,
    /// Redis or Valkey that several nodes share, e.g. `rediss://:password@host:6379/2` (TLS,
    /// database 2; `SSL_CERT_FILE` names a CA of your own) or `unix:///path/to/socket?db=2`; for a
    /// Cluster several addresses, separated by commas. With SESSION_STORE=cookie it holds the
    /// revocation list, leases, refreshed tokens and changed data
    #[arg(long, env, hide_env_values = true)]
    pub redis_url: Option<SecretString>,
    /// File with the address, instead of REDIS_URL
    #[arg(long, env)]
    pub redis_url_file: Option<PathBuf>,
    /// Secrets, separated by commas, each of 32 characters or more: the first encrypts, every one
    /// decrypts [default on loopback: one made at the first start and kept in DATA_DIR]
    #[arg(long, env, hide_env_values = true, value_parser = parse_secrets)]
    pub session_secrets: Option<Secrets>,
    /// File with the secrets, instead of SESSION_SECRETS
    #[arg(long, env)]
    pub session_secrets_file: Option<PathBuf>,
    /// Folder for this machine's files (sessions and revocation list without Redis, the local
    /// secret); not used with REDIS_URL and SESSION_SECRETS
    #[arg(long, env, default_value = ".data")]
    pub data_dir: PathBuf,
    /// Longest wait for a command to SQLite or Redis: then the response is 503. Longer for a slow
    /// disk or a distant Redis; revoked sessions are refused everywhere within 2 s all the same
    #[arg(long, env, default_value = "900ms", value_parser = parse_store_timeout)]
    pub store_timeout: Duration,
    /// Longest time of a session without use
    #[arg(long, env, default_value = "30m", value_parser = parse_duration)]
    pub session_idle_timeout: Duration,
    /// Longest time of a session after its sign-in, used or not
    #[arg(long, env, default_value = "12h", value_parser = parse_duration)]
    pub session_absolute_timeout: Duration,
    /// Longest time since the user's authentication for ending other sessions; after that the user
    /// signs in again
    #[arg(long, env, default_value = "10m", value_parser = parse_duration)]
    pub recent_sign_in: Duration,
    /// Concurrent sessions of one user, in server-side modes; the least recently used one ends
    #[arg(long, env, default_value_t = NonZeroUsize::new(10).unwrap_or(NonZeroUsize::MIN))]
    pub session_max_per_user: NonZeroUsize,
    /// Concurrent event streams (`GET /api/session/events`), at most 4 of one session and 20 of one
    /// user; a page without one polls; 0: none
    #[arg(long, env, default_value_t = 1_000)]
    pub event_streams: usize,
    /// Name of this node [default: four random digits]
    #[arg(long, env, value_parser = parse_node_name)]
    pub node_name: Option<String>,
    /// Time before its expiry at which an access token is refreshed, or after half its lifetime if
    /// that is later
    #[arg(long, env, default_value = "60s", value_parser = parse_duration_or_zero)]
    pub token_expiration_buffer: Duration,
    /// `Secure` cookies, with `__Host-Http-` names; `auto`: if PUBLIC_URL is https. `off` only on
    /// loopback
    #[arg(long, env, value_enum, default_value_t = CookieSecure::Auto)]
    pub cookie_secure: CookieSecure,
    /// Maximum of bytes of all session cookies in a request
    #[arg(long, env, default_value_t = 12_288)]
    #[arg(value_parser = RangedU64ValueParser::<usize>::new().range(COOKIE_BUDGETS))]
    pub cookie_budget: usize,
    /// Sessions that work only on the device of their sign-in (Device Bound Session Credentials);
    /// `auto`: with https, in browsers that can; `required`: refuses others after a minute
    #[arg(long, env, value_enum, default_value_t = DeviceBoundSessions::Auto)]
    pub device_bound_sessions: DeviceBoundSessions,
    /// Time after which a stolen cookie of a bound session stops working; Chrome renews bound
    /// cookies at most six times in nine minutes
    #[arg(long, env, default_value = "10m", value_parser = parse_duration)]
    pub device_bound_cookie_lifetime: Duration,
    /// `on` lets the single-page app read the access token (`GET /api/auth/token`); see
    /// docs/security.md first
    #[arg(long, env, default_value = "off", action = ArgAction::Set)]
    #[arg(value_parser = switch(), ignore_case = true)]
    pub token_endpoint: bool,
}

impl SessionConfig {
    /// The settings of the sessions. Reads or makes this machine's own secret if none is set.
    ///
    /// # Errors
    /// If `DATA_DIR` cannot be used.
    pub fn settings(&self, public_url: &Url) -> anyhow::Result<Settings> {
        let given = self.session_secrets.as_ref();
        let cookies = cookies::session(match self.cookie_secure {
            CookieSecure::Auto => public_url.scheme() == "https",
            CookieSecure::On => true,
            CookieSecure::Off => false,
        });
        Ok(Settings {
            store: self.session_store,
            redis_url: self.redis_url.clone(),
            store_timeout: self.store_timeout,
            data_dir: self.data_dir.clone(),
            secrets: secrets(
                given.map(|secrets| &secrets.0[..]),
                &self.data_dir,
                self.redis_url.is_some(),
            )?,
            cookies,
            cookie_budget: self.cookie_budget,
            timeouts: Timeouts {
                idle: self.session_idle_timeout,
                absolute: self.session_absolute_timeout,
            },
            recent_sign_in: self.recent_sign_in,
            max_sessions_per_user: self.session_max_per_user,
            node: (self.node_name.clone())
                .unwrap_or_else(|| format!("{:04x}", rand::random::<u16>())),
            max_event_streams: self.event_streams,
            token_expiration_buffer: self.token_expiration_buffer,
            device: self.device(cookies.is_secure() && public_url.scheme() == "https"),
            role_source: None,
        })
    }

    /// The settings of device-bound sessions, which need https and secure cookies.
    fn device(&self, https: bool) -> Option<DeviceSettings> {
        let is_required = self.device_bound_sessions == DeviceBoundSessions::Required;
        let is_on = https && self.device_bound_sessions != DeviceBoundSessions::Off;
        is_on.then(|| device::settings(self.device_bound_cookie_lifetime, is_required))
    }
}
