//! Events of a session that goes on.

use std::time::Duration;

use reqwest::header;
use sessions::StoreKind;

use super::reader::{Reader, ask};
use crate::{
    harness::{browser::Browser, test_app::TestApp},
    refresh::nodes::three_nodes,
};

const LONG: &str = "--session-idle-timeout=12h";
const HOUR: Duration = Duration::from_secs(3600);

on_every_store! {
    a_page_is_told_of_refreshes_use_and_other_sessions_of_its_user,
    following_a_session_is_no_activity,
}

pub async fn handle_of(browser: &Browser) -> String {
    let session = browser.fetch("/api/session?slide=false").await.json();
    let handle = session["metadata"]["session"]["handle"].as_str();
    handle.expect("a handle").to_owned()
}

async fn a_page_is_told_of_refreshes_use_and_other_sessions_of_its_user(store: StoreKind) {
    let app = TestApp::on(store, &[LONG, "--node-name=first"]).await;
    let browser = app.signed_in().await;
    let mut page = Reader::open(&browser).await;
    app.clock.advance(HOUR);
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    for kind in ["renewed", "used"] {
        let event = page.next_of(kind).await;
        assert_eq!(event["request"], "GET /api/profile", "{event}");
        assert_eq!(event["node"], "first", "{event}");
        assert!(event["at"].as_str().is_some_and(|at| at.ends_with('Z')));
    }
    let other = app.signed_in().await;
    let handle = handle_of(&other).await;
    assert_eq!(page.next_of("otherBegan").await["handle"], handle);
    other.submit("/api/auth/logout").await;
    assert_eq!(page.next_of("otherEnded").await["handle"], handle);
}

async fn following_a_session_is_no_activity(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    app.clock.advance(Duration::from_secs(20 * 60));
    let mut page = Reader::open(&browser).await;
    app.clock.advance(Duration::from_secs(11 * 60));
    let event = page.next().await.expect("an event");
    assert_eq!(event["type"], "ended", "{event}");
    assert_eq!(
        event["reason"], "idleTimeout",
        "the idle timeout of 30 minutes"
    );
    let answer = browser.fetch("/api/session").await;
    answer.assert_problem(401, "session_idle_timeout");
}

async fn other_nodes_are_named(store: &str) {
    let (_redis, nodes) = three_nodes(store).await;
    let second = nodes[0].another_node(&["--node-name=second"]).await;
    let browser = nodes[0].signed_in().await;
    let mut page = Reader::open(&browser).await;
    nodes[0].clock.advance(HOUR);
    let elsewhere = second.copy_of(&browser);
    assert_eq!(elsewhere.fetch("/api/profile").await.status, 200);
    // Each is published by itself, so they may come in any order.
    let mut kinds = vec!["renewed", "used"];
    while !kinds.is_empty() {
        let event = page.next().await.expect("an event");
        assert_eq!(event["node"], "second", "{event}");
        kinds.retain(|kind| event["type"] != *kind);
    }
}

#[tokio::test]
async fn what_another_node_did_is_told_with_its_name_with_sessions_in_redis() {
    other_nodes_are_named("redis").await;
}

#[tokio::test]
async fn what_another_node_did_is_told_with_its_name_with_client_side_sessions() {
    other_nodes_are_named("cookie").await;
}

#[tokio::test]
async fn a_stream_is_for_whoever_has_a_session_and_nothing_on_the_way_keeps_it() {
    let app = TestApp::start().await;
    let refused = ask(&app.browser()).await;
    assert_eq!(refused.status(), 401);
    let answer = ask(&app.signed_in().await).await;
    let headers = answer.headers();
    assert_eq!(headers[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers["x-accel-buffering"], "no", "nginx passes it on");
    assert!(!headers.contains_key(header::SET_COOKIE));
}
