//! The settings of sessions.

use std::{num::NonZeroUsize, path::PathBuf, sync::Arc, time::Duration};

use sealed_cookies::CookieNames;
use secrecy::SecretString;
use storage::DEFAULT_TIMEOUT;

use crate::{DeviceSettings, RoleSource, StoreKind, Timeouts};

/// Storage, lifetime and cookies of sessions.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The store.
    pub store: StoreKind,
    /// The Redis that several nodes share.
    pub redis_url: Option<SecretString>,
    /// Longest wait for a command to SQLite or Redis: then the store is unavailable.
    pub store_timeout: Duration,
    /// The folder for this machine's files.
    pub data_dir: PathBuf,
    /// Secrets: the first encrypts, every one decrypts.
    pub secrets: Vec<SecretString>,
    /// Names and attributes of the cookies.
    pub cookies: CookieNames,
    /// Bytes that all session cookies together may take.
    pub cookie_budget: usize,
    /// The timeouts of a session.
    pub timeouts: Timeouts,
    /// Longest time since the user's authentication for ending other sessions.
    pub recent_sign_in: Duration,
    /// Concurrent sessions of one user, in server-side stores.
    pub max_sessions_per_user: NonZeroUsize,
    /// The name of this node.
    pub node: String,
    /// Concurrent event streams of this process.
    pub max_event_streams: usize,
    /// Time before its expiry at which an access token is refreshed.
    pub token_expiration_buffer: Duration,
    /// Device-bound sessions, which need https; `None`: sessions are not bound.
    pub device: Option<DeviceSettings>,
    /// The source of a user's roles after a refresh; `None`: roles stay as at the sign-in.
    pub role_source: Option<Arc<dyn RoleSource>>,
}

impl Settings {
    /// Settings with these secrets (each at least 32 characters; the first encrypts, every one
    /// decrypts), for sessions in cookies on one machine. Set the other fields as you need.
    pub fn new(secrets: Vec<SecretString>, data_dir: impl Into<PathBuf>) -> Self {
        Self {
            store: StoreKind::Cookie,
            redis_url: None,
            store_timeout: DEFAULT_TIMEOUT,
            data_dir: data_dir.into(),
            secrets,
            cookies: CookieNames::new("session", true),
            cookie_budget: 16 * 1024,
            timeouts: Timeouts {
                idle: Duration::from_secs(30 * 60),
                absolute: Duration::from_secs(12 * 3600),
            },
            recent_sign_in: Duration::from_secs(600),
            max_sessions_per_user: NonZeroUsize::MIN.saturating_add(9),
            node: "node".to_owned(),
            max_event_streams: 1_000,
            token_expiration_buffer: Duration::from_secs(60),
            device: None,
            role_source: None,
        }
    }
}
