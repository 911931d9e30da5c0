//! A node whose link to Redis is cut trusts what it knows for two seconds, and not longer.

use std::time::{Duration, Instant};

use futures_util::future::join;
use storage::Clock;

use crate::harness::{
    browser::Browser,
    installation::{Installation, STALE, ask},
    process::Process,
    provider::Provider,
    redis_server::RedisServer,
    test_app::{TestApp, callback_path},
};

/// Ends a session on one node while the other's link is cut, and counts how long the other still
/// serves it.
async fn is_served_no_longer_than_two_seconds(store: &str) {
    let installation = Installation::with(store).await;
    let near = installation
        .app
        .another_node(&[&format!("--redis-url={}", installation.redis.url())])
        .await;
    let browser = installation.app.signed_in().await;
    let elsewhere = near.copy_of(&browser);
    assert_eq!(browser.fetch("/api/session").await.status, 200);

    installation.link.cut();
    assert!(
        elsewhere
            .open("/api/auth/logout")
            .await
            .location()
            .contains("/api/v1/logout")
    );
    let ended = Instant::now();
    let mut served = Duration::ZERO;
    while ended.elapsed() < STALE * 2 {
        let began = ended.elapsed();
        let replay = installation.app.copy_of(&browser);
        if ask(&replay, "/api/session").await.status == 200 {
            served = began;
        }
    }
    assert!(served < STALE, "{store}: served {served:?} after its end");
    installation.link.mend();
    let patience = Duration::from_secs(10);
    is_over_within(
        patience,
        &installation.app,
        &browser,
        "the end did not arrive",
    )
    .await;
}

/// Asks until the session is over.
async fn is_over_within(patience: Duration, app: &TestApp, browser: &Browser, otherwise: &str) {
    let began = Instant::now();
    while ask(&app.copy_of(browser), "/api/session").await.status != 401 {
        assert!(began.elapsed() < patience, "{otherwise}");
    }
}

#[tokio::test]
async fn a_node_that_is_cut_off_serves_an_ended_session_for_two_seconds_at_most() {
    is_served_no_longer_than_two_seconds("redis").await;
}

#[tokio::test]
async fn with_its_link_cut_a_node_trusts_its_revocation_list_for_two_seconds_at_most() {
    is_served_no_longer_than_two_seconds("cookie").await;
}

#[tokio::test]
async fn a_process_that_was_paused_reads_what_was_revoked_before_it_responds() {
    let (redis, provider) = (
        RedisServer::start().await,
        Provider::start(Clock::default()).await,
    );
    for store in ["redis", "cookie"] {
        let settings = [
            ("SESSION_STORE", store),
            ("REDIS_URL", &redis.url()),
            ("SESSION_SECRETS", "a secret that is long enough for a test"),
        ];
        let (origin, process) = Process::serving(&provider, &settings);
        let browser = Browser::new(&origin);
        let login = browser.open("/api/auth/login?tenant_name=acme").await;
        assert_eq!(browser.open(&callback_path(&login)).await.location(), "/");

        process.signal("-STOP");
        let pause = async {
            tokio::time::sleep(STALE + STALE / 4).await;
            process.signal("-CONT");
        };
        let (answer, ()) = join(browser.fetch("/api/session"), pause).await;
        assert_eq!(answer.status, 200, "{store}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_link_that_was_lost_for_a_moment_leaves_nothing_stale_behind() {
    let installation = Installation::with("redis").await;
    let near = installation
        .app
        .another_node(&[&format!("--redis-url={}", installation.redis.url())])
        .await;
    for _ in 0..10 {
        let browser = installation.app.signed_in().await;
        assert_eq!(browser.fetch("/api/session").await.status, 200);
        installation.link.drop_connections();
        assert_eq!(
            near.copy_of(&browser).open("/api/auth/logout").await.status,
            302
        );
        // Not even from memory: what was read over the lost connection is not used any more.
        let patience = Duration::from_secs(1);
        let otherwise = "an ended session is served from memory";
        is_over_within(patience, &installation.app, &browser, otherwise).await;
    }
}
