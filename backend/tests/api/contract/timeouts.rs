//! Idle and absolute timeout: decided by the server's clock, whatever the browser sends.

use std::time::Duration;

use sessions::StoreKind;

use crate::harness::{browser::Browser, test_app::TestApp};

on_every_store! {
    a_session_that_is_not_used_for_30_minutes_ends,
    a_session_ends_after_12_hours_however_much_it_is_used,
    the_timeouts_are_those_that_were_configured,
    a_short_idle_timeout_counts_from_the_last_use_too,
    activity_is_written_at_most_once_a_minute,
    a_request_that_says_so_is_no_activity,
}

const MINUTE: Duration = Duration::from_secs(60);

/// A session whose access token outlives it, so that only the timeouts end it.
async fn long_lived(app: &TestApp) -> Browser {
    app.provider
        .script(|script| script.access_token_lifetime = 1_000_000);
    app.signed_in().await
}

async fn a_session_that_is_not_used_for_30_minutes_ends(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (used, unused) = (long_lived(&app).await, long_lived(&app).await);
    app.clock.advance(MINUTE * 29);
    assert_eq!(used.fetch("/api/session").await.status, 200);
    app.clock.advance(MINUTE);
    unused
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_idle_timeout");
    assert!(unused.session_parts().is_empty());
    app.clock.advance(MINUTE * 28);
    assert_eq!(
        used.fetch("/api/session").await.status,
        200,
        "29 minutes after it was used"
    );
    app.clock.advance(MINUTE * 30);
    used.fetch("/api/session")
        .await
        .assert_problem(401, "session_idle_timeout");
}

async fn a_session_ends_after_12_hours_however_much_it_is_used(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = long_lived(&app).await;
    for _ in 0..35 {
        app.clock.advance(MINUTE * 20);
        assert_eq!(browser.fetch("/api/session").await.status, 200);
    }
    app.clock.advance(MINUTE * 19);
    let facts = browser.fetch("/api/session").await.json()["metadata"]["session"].clone();
    assert_eq!(
        facts["idleExpiresAt"], facts["expiresAt"],
        "the absolute end comes first"
    );
    app.clock.advance(MINUTE);
    browser
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_absolute_timeout");
}

async fn the_timeouts_are_those_that_were_configured(store: StoreKind) {
    let app = TestApp::on(
        store,
        &[
            "--session-idle-timeout=10m",
            "--session-absolute-timeout=15m",
        ],
    )
    .await;
    let (browser, idle) = (long_lived(&app).await, long_lived(&app).await);
    app.clock.advance(MINUTE * 9);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    app.clock.advance(MINUTE);
    idle.fetch("/api/session")
        .await
        .assert_problem(401, "session_idle_timeout");
    app.clock.advance(MINUTE * 5);
    browser
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_absolute_timeout");
}

async fn a_short_idle_timeout_counts_from_the_last_use_too(store: StoreKind) {
    let app = TestApp::on(store, &["--session-idle-timeout=70s"]).await;
    let browser = long_lived(&app).await;
    for _ in 0..5 {
        app.clock.advance(Duration::from_secs(50));
        assert_eq!(
            browser.fetch("/api/session").await.status,
            200,
            "used less than a minute ago"
        );
    }
    app.clock.advance(Duration::from_secs(70));
    browser
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_idle_timeout");
}

async fn activity_is_written_at_most_once_a_minute(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = long_lived(&app).await;
    let seen = |answer: &crate::harness::browser::Answer| {
        answer.json()["metadata"]["session"]["lastSeenAt"].clone()
    };
    let first = browser.fetch("/api/session").await;
    app.clock.advance(Duration::from_secs(50));
    let soon = browser.fetch("/api/session").await;
    assert!(first.set_cookies.is_empty() && soon.set_cookies.is_empty());
    assert_eq!(seen(&soon), seen(&first));
    app.clock.advance(Duration::from_secs(10));
    let later = browser.fetch("/api/session").await;
    // Only sealed sessions are sent to the browser again; the id is sent at the sign-in only.
    assert_eq!(!later.set_cookies.is_empty(), store == StoreKind::Cookie);
    assert_ne!(seen(&later), seen(&first));
    assert!(browser.fetch("/api/session").await.set_cookies.is_empty());
}

async fn a_request_that_says_so_is_no_activity(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = long_lived(&app).await;
    for _ in 0..2 {
        app.clock.advance(MINUTE * 14);
        let answer = browser.fetch("/api/session?slide=false").await;
        assert_eq!(answer.status, 200);
        assert!(answer.set_cookies.is_empty());
    }
    app.clock.advance(MINUTE * 2);
    browser
        .fetch("/api/session?slide=false")
        .await
        .assert_problem(401, "session_idle_timeout");
}

#[tokio::test]
async fn cookies_that_were_kept_beyond_their_time_are_worth_nothing() {
    let app = TestApp::start().await;
    let browser = long_lived(&app).await;
    let kept = app.copy_of(&browser);
    app.clock.advance(MINUTE * 20);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    app.clock.advance(MINUTE * 20);
    kept.fetch("/api/session")
        .await
        .assert_problem(401, "session_idle_timeout");
    assert_eq!(
        browser.fetch("/api/session").await.status,
        200,
        "the newer cookies know of the activity"
    );
}
