//! A store that fails between the provider's answer and the write: the new tokens are the only good
//! ones, and are kept.

use std::time::{Duration, Instant};

use futures_util::future::join;
use tokio_rusqlite::rusqlite;

use crate::harness::{
    REAL_STORE_TIMEOUT,
    browser::Browser,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

const HOUR: Duration = Duration::from_secs(3600);
const LONG: &str = "--session-idle-timeout=12h";

/// Begins a refresh, lets the store fail while the provider answers, and mends it afterwards.
async fn survives(app: &TestApp, fail: impl AsyncFnOnce(), mend: impl AsyncFnOnce()) {
    let browser = app.signed_in().await;
    app.clock.advance(HOUR);
    app.provider.script(|script| {
        script.token_delay = Duration::from_millis(400);
        script.detects_reuse = true;
    });
    let failing = async {
        app.provider.await_posts("/oauth2/token", 2).await;
        fail().await;
    };
    let (answer, ()) = join(browser.fetch("/api/profile"), failing).await;
    answer.assert_problem(503, "session_store_unavailable");
    assert!(answer.set_cookies.is_empty());
    mend().await;
    is_back(&browser).await;
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-"],
        "not asked for again"
    );
    app.clock.advance(HOUR);
    is_back(&browser).await;
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-", "refresh-2-"],
        "the kept tokens are used"
    );
}

async fn is_back(browser: &Browser) {
    let began = Instant::now();
    loop {
        let answer = browser.fetch("/api/profile").await;
        if answer.status == 200 {
            return;
        }
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(began.elapsed() < Duration::from_secs(10), "{}", answer.body);
    }
}

async fn redis_survives(store: &str) {
    let redis = RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    let store = format!("--session-store={store}");
    let app = TestApp::with(&[&store, &url, SECRETS, LONG, REAL_STORE_TIMEOUT]).await;
    survives(&app, async || redis.hang(), async || redis.go_on()).await;
}

#[tokio::test]
async fn tokens_survive_a_redis_that_fails_before_they_are_written() {
    redis_survives("redis").await;
}

#[tokio::test]
async fn tokens_survive_a_redis_that_fails_before_they_are_remembered_client_side() {
    redis_survives("cookie").await;
}

#[tokio::test]
async fn tokens_survive_a_file_that_is_locked_before_they_are_written() {
    let app = TestApp::with(&["--session-store=sqlite", LONG]).await;
    let other =
        rusqlite::Connection::open(app.data_dir().join("sessions.sqlite")).expect("the file");
    let (lock, unlock) = (
        async || other.execute_batch("BEGIN IMMEDIATE").expect("locked"),
        async || other.execute_batch("COMMIT").expect("unlocked"),
    );
    survives(&app, lock, unlock).await;
}

#[tokio::test]
async fn tokens_are_kept_when_everybody_who_waited_for_them_is_gone() {
    let app = TestApp::with(&["--session-store=sqlite", LONG]).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR);
    app.provider
        .script(|script| script.token_delay = Duration::from_millis(2_500));
    let answer = browser.fetch("/api/session").await;
    assert!(!answer.json()["metadata"]["session"]["unverifiedSince"].is_null());
    // No further request: the work goes on by itself.
    let file =
        rusqlite::Connection::open(app.data_dir().join("sessions.sqlite")).expect("the file");
    let version = || -> i64 {
        file.query_row("SELECT generation FROM session", [], |row| row.get(0))
            .expect("one")
    };
    let began = Instant::now();
    while version() < 2 {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "the tokens were lost"
        );
        tokio::task::yield_now().await;
    }
}
