//! How sessions are kept, and for how long.

use std::{num::NonZeroUsize, ops::RangeInclusive, path::PathBuf, time::Duration};

use clap::{ArgAction, builder::RangedU64ValueParser};
use secrecy::SecretString;
use url::Url;

use super::values::{
    Secrets, parse_duration, parse_duration_or_zero, parse_node_name, parse_secrets, switch,
};
use crate::{cookies, secrets::secrets};
use sessions::{Settings, StoreKind, Timeouts};

/// Less is too small for any session, more than servers on the way accept as a header.
const COOKIE_BUDGETS: RangeInclusive<u64> = 1_024..=60_000;

/// Whether cookies are `Secure`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum CookieSecure {
    /// On https. On http, which is loopback then, they are plain: WebKit keeps no `Secure` cookie
    /// there.
    Auto,
    /// Always.
    #[value(aliases = ["true", "yes", "y", "1"])]
    On,
    /// Never.
    #[value(aliases = ["false", "no", "n", "0"])]
    Off,
}

/// Lifetime, storage and cookies of a session.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Sessions")]
pub struct SessionConfig {
    /// Where sessions are kept
    #[arg(long, env, value_enum, default_value_t = StoreKind::Cookie)]
    pub session_store: StoreKind,
    /// Redis or Valkey that several nodes share, e.g. `rediss://:password@host:6379` (TLS) or
    /// `unix:///path/to/socket`; several
    /// addresses, separated by commas, of a Cluster. With SESSION_STORE=cookie it holds what was
    /// ended before its time
    #[arg(long, env, hide_env_values = true)]
    pub redis_url: Option<SecretString>,
    /// Secrets, separated by commas, each of 32 characters or more: the first seals, all of them
    /// open [default on loopback: one made at the first start and kept in DATA_DIR]
    #[arg(long, env, hide_env_values = true, value_parser = parse_secrets)]
    pub session_secrets: Option<Secrets>,
    /// Folder of what this machine must remember (sessions and revocation list without Redis, the
    /// local secret)
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
    /// Streams of events (`GET /api/session/events`) at the same time, at most 4 of one session and
    /// 20 of one user; a page without one asks now and then; 0: none
    #[arg(long, env, default_value_t = 1_000)]
    pub event_streams: usize,
    /// What pages call this node, where there are several [default: four random digits]
    #[arg(long, env, value_parser = parse_node_name)]
    pub node_name: Option<String>,
    /// Treat an access token as expired this long before it is, or after half its life if that is
    /// later
    #[arg(long, env, default_value = "60s", value_parser = parse_duration_or_zero)]
    pub token_expiration_buffer: Duration,
    /// `Secure` cookies, with names that say so; `auto`: with an https PUBLIC_URL. `off` only on
    /// loopback
    #[arg(long, env, value_enum, default_value_t = CookieSecure::Auto)]
    pub cookie_secure: CookieSecure,
    /// Bytes that all session cookies together may take in a request
    #[arg(long, env, default_value_t = 12_288)]
    #[arg(value_parser = RangedU64ValueParser::<usize>::new().range(COOKIE_BUDGETS))]
    pub cookie_budget: usize,
    /// `on` lets the single-page app read the access token (`GET /api/auth/token`); see
    /// docs/security.md first
    #[arg(long, env, default_value = "off", action = ArgAction::Set)]
    #[arg(value_parser = switch(), ignore_case = true)]
    pub token_endpoint: bool,
}

impl SessionConfig {
    /// What the sessions are told. Reads, or makes, this machine's own secret when none was set.
    ///
    /// # Errors
    /// When `DATA_DIR` cannot be used.
    pub fn settings(&self, public_url: &Url) -> anyhow::Result<Settings> {
        let given = self.session_secrets.as_ref();
        Ok(Settings {
            store: self.session_store,
            redis_url: self.redis_url.clone(),
            data_dir: self.data_dir.clone(),
            secrets: secrets(given.map(|secrets| &secrets.0[..]), &self.data_dir)?,
            cookies: cookies::session(match self.cookie_secure {
                CookieSecure::Auto => public_url.scheme() == "https",
                CookieSecure::On => true,
                CookieSecure::Off => false,
            }),
            cookie_budget: self.cookie_budget,
            timeouts: Timeouts {
                idle: self.session_idle_timeout,
                absolute: self.session_absolute_timeout,
            },
            max_sessions_per_user: self.session_max_per_user,
            node: (self.node_name.clone())
                .unwrap_or_else(|| format!("{:04x}", rand::random::<u16>())),
            max_event_streams: self.event_streams,
            token_expiration_buffer: self.token_expiration_buffer,
        })
    }
}
