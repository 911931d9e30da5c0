//! The settings of sessions.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use sealed_cookies::CookieNames;
use secrecy::SecretString;

use crate::{StoreKind, Timeouts};

/// How sessions are kept, and for how long.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where they are kept.
    pub store: StoreKind,
    /// The Redis that several nodes share.
    pub redis_url: Option<SecretString>,
    /// The folder of what this machine must remember.
    pub data_dir: PathBuf,
    /// The first seals, all of them open.
    pub secrets: Vec<SecretString>,
    /// Names and attributes of the cookies.
    pub cookies: CookieNames,
    /// Bytes that all session cookies together may take.
    pub cookie_budget: usize,
    /// How long a session lives.
    pub timeouts: Timeouts,
    /// Sessions that one user may have in server-side modes.
    pub max_sessions_per_user: NonZeroUsize,
    /// What this node is called.
    pub node: String,
    /// Streams of events at the same time.
    pub max_event_streams: usize,
    /// How long before its expiry an access token counts as expired.
    pub token_expiration_buffer: Duration,
}

impl Settings {
    /// Settings with these secrets (each at least 32 characters; the first seals, all of them
    /// open), for sessions in cookies of one machine that keeps its files in `data_dir`. Change the
    /// fields of everything else.
    pub fn new(secrets: Vec<SecretString>, data_dir: impl Into<PathBuf>) -> Self {
        Self {
            store: StoreKind::Cookie,
            redis_url: None,
            data_dir: data_dir.into(),
            secrets,
            cookies: CookieNames::new("session", true),
            cookie_budget: 16 * 1024,
            timeouts: Timeouts {
                idle: Duration::from_secs(30 * 60),
                absolute: Duration::from_secs(12 * 3600),
            },
            max_sessions_per_user: NonZeroUsize::MIN.saturating_add(9),
            node: "node".to_owned(),
            max_event_streams: 1_000,
            token_expiration_buffer: Duration::from_secs(60),
        }
    }
}
