//! A provider that stalls never stalls the page; a session whose refresh token was revoked ends
//! with its access token.

use std::time::{Duration, Instant};

use crate::harness::{provider::oauth_error, test_app::TestApp};

const HOUR: Duration = Duration::from_secs(3600);
const LONG: &[&str] = &["--session-idle-timeout=12h"];
/// Longer than anybody waits.
const STALLED: Duration = Duration::from_secs(30);

async fn stalled(before_expiry: Duration) -> (TestApp, crate::harness::browser::Browser) {
    let app = TestApp::with(LONG).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR - before_expiry);
    app.provider.script(|script| script.token_delay = STALLED);
    (app, browser)
}

#[tokio::test]
async fn the_session_endpoint_does_not_wait_while_the_token_is_valid() {
    let (app, browser) = stalled(Duration::from_secs(30)).await;
    let began = Instant::now();
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "as long as with a token that has expired: {:?}",
        began.elapsed()
    );
    app.provider.await_posts("/oauth2/token", 2).await;
}

#[tokio::test]
async fn what_was_refreshed_meanwhile_is_taken_by_the_next_request() {
    let app = TestApp::with(LONG).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR - Duration::from_secs(30));
    let began = Instant::now();
    loop {
        let facts = browser.fetch("/api/session").await.json()["metadata"]["session"].clone();
        if facts["tokenRefreshedBy"] == "GET /api/session" {
            break;
        }
        assert!(began.elapsed() < STALLED, "never taken: {facts}");
    }
    assert_eq!(app.provider.refreshed_with().await, ["refresh-1-"]);
}

#[tokio::test]
async fn after_its_expiry_the_page_waits_two_seconds_and_is_told_since_when() {
    let (_app, browser) = stalled(Duration::ZERO).await;
    let began = Instant::now();
    let answer = browser.fetch("/api/session").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let facts = &answer.json()["metadata"]["session"];
    assert_eq!(facts["unverifiedSince"], facts["accessTokenExpiresAt"]);
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_call_with_a_token_that_is_still_valid_waits_no_longer_either() {
    let (app, browser) = stalled(Duration::from_secs(30)).await;
    let began = Instant::now();
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    let bearers = app.provider.calls("/oauth2/userinfo").await;
    let bearer = bearers[1].headers["authorization"].to_str().expect("text");
    assert!(bearer.starts_with("Bearer access-1-"), "with the old one");
}

#[tokio::test]
async fn a_refresh_token_that_was_revoked_ends_the_session_when_its_access_token_expires() {
    let app = TestApp::with(LONG).await;
    let browser = app.signed_in().await;
    let refusal = oauth_error(400, "invalid_grant");
    app.provider.instead("POST", "/oauth2/token", refusal).await;
    app.clock.advance(HOUR - Duration::from_secs(61));
    assert_eq!(
        browser.fetch("/api/session").await.status,
        200,
        "nobody knows yet"
    );
    app.clock.advance(Duration::from_secs(61));
    browser
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_refused");
}
