//! Tokens of services in a session that is kept in cookies: within `COOKIE_BUDGET`.

use std::time::Duration;

use sessions::StoreKind;

use super::with_service;

const RESOURCE: &str = "--api-orders-resource=https://orders.example";

#[tokio::test]
async fn a_token_that_does_not_fit_into_the_cookies_costs_the_call_and_not_the_session() {
    let settings = [RESOURCE, "--cookie-budget=7500"];
    let (app, service) = with_service(StoreKind::Cookie, &settings).await;
    app.provider.script(|script| {
        script.token_length = 2_000;
        script.access_token_lifetime = 300;
        script.detects_reuse = true;
    });
    let browser = app.signed_in().await;
    let answer = browser.fetch("/api/orders/7").await;
    answer.assert_problem(503, "identity_provider_unavailable");
    assert!(service.received().is_empty());
    // The refresh token that came with it is kept, and nothing is lost.
    let answer = browser.fetch("/api/session").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = browser.fetch("/api/profile").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    app.clock.advance(Duration::from_secs(301));
    let answer = browser.fetch("/api/profile").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-", "refresh-2-"]
    );
}

#[tokio::test]
async fn a_token_of_a_service_makes_room_when_the_own_tokens_grow() {
    let settings = [RESOURCE, "--cookie-budget=7500"];
    let (app, service) = with_service(StoreKind::Cookie, &settings).await;
    app.provider.script(|script| script.token_length = 1_000);
    let browser = app.signed_in().await;
    assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
    assert_eq!(service.tokens(), ["access-2-"]);
    app.provider.script(|script| script.token_length = 2_000);
    app.provider
        .script(|script| script.refused_access_tokens = vec!["access-1-"]);
    let answer = browser.fetch("/api/profile").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = browser.fetch("/api/session").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let bytes: usize = browser.cookie_header().len();
    assert!(bytes <= 7_500, "{bytes}");
}
