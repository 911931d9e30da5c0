//! Rule 4: a slow request cannot put older tokens over newer ones.

use std::time::Duration;

use backend::metrics;
use futures_util::future::{join, join_all};
use sessions::{StoreKind, UserSession, internal::Store, stores::WriteOutcome};
use tempfile::TempDir;

use crate::harness::{
    redis_server::RedisServer,
    stores::{a_session, handle, open_redis, open_sqlite},
    test_app::TestApp,
};

on_every_store! {
    two_slow_requests_and_a_refresh_in_between_leave_the_newest_tokens,
    requests_that_note_activity_while_tokens_are_refreshed_lose_neither,
}

const HOUR: Duration = Duration::from_secs(3600);

async fn two_slow_requests_and_a_refresh_in_between_leave_the_newest_tokens(store: StoreKind) {
    let mut app = TestApp::on(store, &["--session-idle-timeout=12h"]).await;
    let browser = app.signed_in().await;
    // Both note activity, and answer only after the refresh is done: userinfo is slow for the first
    // tokens.
    app.clock.advance(HOUR - Duration::from_secs(120));
    app.provider
        .script(|script| script.slow_userinfo = Some(("access-1-", Duration::from_millis(700))));
    let (first, second) = (app.copy_of(&browser), app.copy_of(&browser));
    let slow = join(first.fetch("/api/profile"), second.fetch("/api/profile"));
    let refreshing = async {
        app.provider.await_calls("/oauth2/userinfo", 3).await;
        app.clock.advance(Duration::from_secs(120));
        browser.fetch("/api/profile").await
    };
    let ((one, two), fresh) = join(slow, refreshing).await;
    assert!(
        [&one, &two, &fresh]
            .iter()
            .all(|answer| answer.status == 200)
    );
    assert_eq!(app.provider.refreshed_with().await, ["refresh-1-"]);

    // The slow answers arrive last at the same browser.
    browser.keep(&one);
    browser.keep(&two);
    // Not because this process remembers them, either.
    app.restart_with(&[]).await;
    let browser = app.copy_of(&browser);
    app.clock.advance(HOUR);
    let later = browser.fetch("/api/profile").await;
    assert_eq!(later.status, 200, "{}", later.body);
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-", "refresh-2-"],
        "the newest survived"
    );
}

async fn requests_that_note_activity_while_tokens_are_refreshed_lose_neither(store: StoreKind) {
    let app = TestApp::on(store, &["--session-idle-timeout=12h"]).await;
    let browser = app.signed_in().await;
    for round in 1..=5 {
        app.clock.advance(HOUR);
        let answers =
            join_all((0..10).map(|n| browser.fetch(["/api/profile", "/api/session"][n % 2]))).await;
        assert!(answers.iter().all(|answer| answer.status == 200));
        assert_eq!(app.provider.refreshes().await, round);
    }
    let facts = browser.fetch("/api/session").await.json()["metadata"]["session"].clone();
    let seen: jiff::Timestamp = facts["lastSeenAt"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("a time");
    let age = app.clock.now().duration_since(seen);
    assert!(
        age < jiff::SignedDuration::from_secs(60),
        "the activity of the last round is known: {age}"
    );
}

async fn is_only_replaced_by_the_next(store: &Store) {
    let (mine, first) = (handle("mine"), a_session());
    store.create(mine, &first).await.expect("created");
    let version = |version, agent: &str| UserSession {
        version,
        user_agent: Some(agent.to_owned()),
        ..a_session()
    };
    for (next, replaced) in [
        (version(2, "next"), WriteOutcome::Written),
        (
            version(2, "made from the first too"),
            WriteOutcome::Outdated,
        ),
        (version(1, "older"), WriteOutcome::Outdated),
        (
            version(4, "made from one that is not there"),
            WriteOutcome::Outdated,
        ),
    ] {
        let answer = store.replace(mine, &next).await.expect("an answer");
        assert_eq!(answer, replaced, "{:?}", next.user_agent);
    }
    let kept = store
        .find(mine)
        .await
        .expect("an answer")
        .expect("it lives");
    assert_eq!(kept.user_agent.as_deref(), Some("next"));
}

#[tokio::test]
async fn a_stored_version_is_only_replaced_by_the_next_one() {
    let folder = TempDir::new().expect("a folder");
    is_only_replaced_by_the_next(&*open_sqlite(folder.path()).await).await;
    let redis = RedisServer::start().await;
    is_only_replaced_by_the_next(&*open_redis(&redis.url()).await).await;
}

#[tokio::test]
async fn each_write_that_loses_to_another_is_counted() {
    // Other tests of this process may count too.
    let _ = metrics::init();
    let lost = || {
        let count = |line: &str| {
            line.strip_prefix("session_writes_lost_total ")?
                .parse()
                .ok()
        };
        metrics::render().lines().find_map(count).unwrap_or(0_u64)
    };
    let before = lost();
    let folder = TempDir::new().expect("a folder");
    is_only_replaced_by_the_next(&*open_sqlite(folder.path()).await).await;
    assert!(lost() >= before + 3);
}
