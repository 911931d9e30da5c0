//! Stores without an application around them, and sessions to put into them.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use backend::config::Config;
use clap::Parser;
use jiff::Timestamp;
use oidc_client::Token;
use sessions::User;
use sessions::internal::{self, CachedResponse, Store, Stores};
use sessions::{Handle, SessionData, SessionTokens, UserSession};
use storage::{Clock, digest};

use crate::harness::{LONG_STORE_TIMEOUT, test_app::SECRETS};

/// The configuration with these settings.
pub fn config(settings: &[&str]) -> Config {
    let arguments = ["backend", SECRETS, LONG_STORE_TIMEOUT];
    let config = Config::try_parse_from(arguments.iter().chain(settings));
    config.expect("a valid configuration")
}

/// Opens what these settings ask for.
pub async fn open(settings: &[&str], clock: &Clock) -> anyhow::Result<Stores> {
    let config = config(settings);
    let settings = config.session.settings(&config.server.public_url())?;
    internal::open(&settings, clock, None).await
}

pub async fn open_sqlite(folder: &Path) -> Arc<Store> {
    let folder = format!("--data-dir={}", folder.display());
    open(&["--session-store=sqlite", &folder], &Clock::default())
        .await
        .expect("a store")
        .store
}

pub async fn open_redis(url: &str) -> Arc<Store> {
    let url = format!("--redis-url={url}");
    open(&["--session-store=redis", &url], &Clock::default())
        .await
        .expect("a store")
        .store
}

/// The handle of a session, made up from a name.
pub fn handle(name: &str) -> Handle {
    digest(name).into()
}

/// A session that began now.
pub fn a_session() -> UserSession {
    let now = Clock::default().now();
    UserSession {
        version: 1,
        user: User {
            id: "ada".to_owned(),
            tenant_id: "acme".to_owned(),
            ..User::default()
        },
        user_agent: None,
        provider_session_id: Some("provider-session".to_owned()),
        authenticated_at: Some(now),
        acr: None,
        amr: Vec::new(),
        created_at: now,
        ends_at: now + Duration::from_secs(12 * 3600),
        last_seen_at: now,
        tokens: tokens(now),
        data: SessionData::default(),
        device: None,
        cached_response: CachedResponse::default(),
    }
}

fn tokens(now: Timestamp) -> SessionTokens {
    SessionTokens {
        access_token: Token::new("access".to_owned()),
        access_token_expires_at: now + Duration::from_secs(3600),
        issued_at: now,
        id_token: None,
        refresh_count: 0,
        refreshes_for_apis: 0,
        of_apis: BTreeMap::new(),
        refreshed_by: None,
        refresh_token: Some(Token::new("refresh".to_owned())),
        roles: None,
    }
}
