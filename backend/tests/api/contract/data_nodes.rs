//! The application's data in a session: concurrent changes, several nodes, and the limits of
//! cookies.

use std::sync::Arc;

use futures_util::future::join_all;
use oidc_client::{Background, Client, Http};
use serde::{Deserialize, Serialize};
use sessions::{NewSession, Sessions, StoreKind};
use storage::Clock;
use tempfile::TempDir;

use super::data::{reminder_of, set_reminder};
use crate::{
    harness::{
        redis_server::RedisServer,
        stores::{self, a_session},
        test_app::TestApp,
    },
    refresh::nodes::three_nodes,
};

#[derive(Default, Deserialize, Serialize)]
struct Counter {
    count: u64,
}

/// The sessions of one node.
async fn node(settings: &[&str]) -> Sessions {
    let config = stores::config(settings);
    let settings = config.session.settings(&config.server.public_url());
    let background = Background::here();
    let http = Http::builder().build().expect("a client");
    let http = Http::new(http, background.clone());
    let oidc = config.oidc().expect("a provider");
    let client = Arc::new(Client::new(oidc, http, jiff::Timestamp::now));
    let settings = settings.expect("settings");
    let sessions = Sessions::open(settings, client, &background, Clock::default());
    sessions.await.expect("a store")
}

async fn add_up_to_a_hundred(nodes: &[Sessions]) {
    let session = a_session();
    let new = NewSession::new(session.user, session.tokens);
    let (_, live) = nodes[0].create(new, None).await.expect("a session");
    let add = |counter: &mut Counter| counter.count += 1;
    let changes = (0..100).map(|number| {
        let node = &nodes[number % nodes.len()];
        node.update_data(live.clone(), add)
    });
    for changed in join_all(changes).await {
        changed.expect("a change");
    }
    for node in nodes {
        let newest = node.newest_version(live.clone()).await;
        let newest = newest.expect("the session");
        assert_eq!(newest.data::<Counter>().count, 100);
    }
}

#[tokio::test]
async fn a_hundred_concurrent_increments_from_three_nodes_make_a_hundred() {
    for store in ["redis", "cookie"] {
        let redis = RedisServer::start().await;
        let store = format!("--session-store={store}");
        let url = format!("--redis-url={}", redis.url());
        let settings = [store.as_str(), &url];
        let nodes = [
            node(&settings).await,
            node(&settings).await,
            node(&settings).await,
        ];
        add_up_to_a_hundred(&nodes).await;
    }
}

#[tokio::test]
async fn a_hundred_concurrent_increments_on_one_node_make_a_hundred() {
    for store in ["sqlite", "cookie"] {
        let folder = TempDir::new().expect("a folder");
        let store = format!("--session-store={store}");
        let folder = format!("--data-dir={}", folder.path().display());
        add_up_to_a_hundred(&[node(&[&store, &folder]).await]).await;
    }
}

async fn old_cookies_meet_newer_data(store: &str) {
    let (_redis, nodes) = three_nodes(store).await;
    let browser = nodes[0].signed_in().await;
    let old = nodes[1].copy_of(&browser);
    set_reminder(&browser, "new").await;
    for node in &nodes {
        assert_eq!(reminder_of(&node.copy_of(&old)).await, "new");
    }
    // The response also repairs the cookies of a browser to which an older one came last.
    let repaired = nodes[2].copy_of(&old);
    reminder_of(&repaired).await;
    let answer = set_reminder(&repaired, "newest").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(reminder_of(&browser).await, "newest");
}

#[tokio::test]
async fn older_cookies_meet_newer_data_on_every_node() {
    old_cookies_meet_newer_data("cookie").await;
}

#[tokio::test]
async fn with_sessions_in_redis_every_node_has_the_newest_data() {
    old_cookies_meet_newer_data("redis").await;
}

/// Without Redis, only the process that made a change repairs cookies that an older response has
/// set.
#[tokio::test]
async fn an_overtaken_change_is_repaired_until_a_restart_and_signs_nobody_out() {
    let mut app = TestApp::start().await;
    let browser = app.signed_in().await;
    let old = app.copy_of(&browser);
    set_reminder(&browser, "new").await;
    let repaired = app.copy_of(&old);
    assert_eq!(repaired.fetch("/api/session").await.status, 200);
    app.restart_with(&[]).await;
    assert_eq!(reminder_of(&app.copy_of(&repaired)).await, "new");
    assert_eq!(
        reminder_of(&app.copy_of(&old)).await,
        "",
        "nobody knows better"
    );
}

#[tokio::test]
async fn data_that_do_not_fit_into_cookies_are_refused_and_the_session_is_unchanged() {
    let app = TestApp::with(&["--cookie-budget=2600"]).await;
    let browser = app.signed_in().await;
    let small = set_reminder(&browser, "small").await;
    assert_eq!(small.status, 200, "{}", small.body);
    let before = browser.cookies();
    let large = set_reminder(&browser, &"\u{1f980}".repeat(280)).await;
    large.assert_problem(413, "session_too_large");
    assert_eq!(browser.cookies(), before);
    assert_eq!(reminder_of(&browser).await, "small");
    for store in [StoreKind::Sqlite, StoreKind::Redis] {
        let app = TestApp::on(store, &["--cookie-budget=2600"]).await;
        let browser = app.signed_in().await;
        let large = set_reminder(&browser, &"\u{1f980}".repeat(280)).await;
        assert_eq!(large.status, 200, "{store:?} needs no cookies for it");
    }
}
