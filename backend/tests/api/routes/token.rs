//! `GET /api/auth/token`: the access token for the page, where that was switched on.

use std::time::Duration;

use crate::harness::test_app::TestApp;

#[tokio::test]
async fn the_token_endpoint_is_not_there_unless_it_is_switched_on() {
    for settings in [&[][..], &["--token-endpoint=off"]] {
        let app = TestApp::with(settings).await;
        for browser in [app.browser(), app.signed_in().await] {
            browser
                .fetch("/api/auth/token")
                .await
                .assert_problem(404, "not_found");
        }
        let browser = app.signed_in().await;
        app.clock.advance(Duration::from_secs(3600));
        browser
            .fetch("/api/auth/token")
            .await
            .assert_problem(404, "not_found");
        assert_eq!(
            app.provider.refreshes().await,
            0,
            "what is off does nothing"
        );
    }
}

#[tokio::test]
async fn the_token_endpoint_gives_the_access_token_and_its_end_in_milliseconds() {
    let app = TestApp::with(&["--token-endpoint=on"]).await;
    app.browser()
        .fetch("/api/auth/token")
        .await
        .assert_problem(401, "unauthenticated");
    let browser = app.signed_in().await;
    let answer = browser.fetch("/api/auth/token").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let body = answer.json();
    assert!(
        body["accessToken"]
            .as_str()
            .is_some_and(|token| token.starts_with("access-1-"))
    );
    let remaining =
        body["expiresAt"].as_i64().expect("a number") - app.clock.now().as_millisecond();
    assert!(
        (3_540_000..=3_600_000).contains(&remaining),
        "{remaining} ms"
    );
    assert_eq!(
        body.as_object().map(serde_json::Map::len),
        Some(2),
        "and nothing else, above all no refresh token"
    );
}

#[tokio::test]
async fn the_token_that_is_given_is_good_for_a_minute_at_least() {
    let app = TestApp::with(&["--token-endpoint=on", "--session-idle-timeout=2h"]).await;
    let browser = app.signed_in().await;
    app.clock.advance(Duration::from_secs(3600 - 59));
    let body = browser.fetch("/api/auth/token").await.json();
    assert!(
        body["accessToken"]
            .as_str()
            .is_some_and(|token| token.starts_with("access-2-"))
    );
    assert_eq!(app.provider.refreshes().await, 1);
}
