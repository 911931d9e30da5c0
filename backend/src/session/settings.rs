//! What the sessions are told at start.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use secrecy::SecretString;

use super::{StoreKind, Timeouts};
use crate::cookies::Cookies;

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
    pub cookies: Cookies,
    /// Bytes that all session cookies together may take.
    pub cookie_budget: usize,
    /// How long a session lives.
    pub timeouts: Timeouts,
    /// Sessions that one user may have in server-side modes.
    pub most_per_user: NonZeroUsize,
    /// What this node is called.
    pub node: String,
    /// Streams of events at the same time.
    pub most_event_streams: usize,
    /// How long before its expiry an access token counts as expired.
    pub token_expiration_buffer: Duration,
}
