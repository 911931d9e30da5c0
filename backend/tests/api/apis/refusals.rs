//! A service that refuses the access token: one refresh and one retry.

use std::time::Duration;

use sessions::StoreKind;

use super::{post, with_service};

use crate::harness::provider::oauth_error;

on_every_store! {
    a_token_that_a_service_refuses_is_refreshed_once_and_the_request_is_sent_again,
    fifty_requests_with_an_expired_token_refresh_it_once,
    a_service_ends_no_session_that_has_no_refresh_token,
}

const A_MINUTE: Duration = Duration::from_secs(60);

async fn a_token_that_a_service_refuses_is_refreshed_once_and_the_request_is_sent_again(
    store: StoreKind,
) {
    let (app, service) = with_service(store, &[]).await;
    let browser = app.signed_in().await;
    app.clock.advance(A_MINUTE);
    service.refuse(&["access-1-"]);
    let answer = post(&browser, "/api/orders", vec![b'x'; 60_000]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(service.tokens(), ["access-1-", "access-2-"]);
    let lengths: Vec<_> = service.received().iter().map(|one| one.length).collect();
    assert_eq!(lengths, [60_000, 60_000]);
    assert_eq!(app.provider.refreshed_with().await, ["refresh-1-"]);
    // The next request has the new token at once.
    assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
    assert_eq!(
        service.tokens().last().map(String::as_str),
        Some("access-2-")
    );
}

async fn fifty_requests_with_an_expired_token_refresh_it_once(store: StoreKind) {
    let (app, service) = with_service(store, &["--api-concurrency=1000"]).await;
    app.provider.script(|script| {
        script.access_token_lifetime = 300;
        script.detects_reuse = true;
    });
    let browser = app.signed_in().await;
    app.clock.advance(Duration::from_secs(301));
    let requests = (0..50).map(|_| browser.fetch("/api/orders/7"));
    let answers = futures_util::future::join_all(requests).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert!(service.tokens().iter().all(|token| token == "access-2-"));
    assert_eq!(app.provider.refreshes().await, 1);
}

async fn a_service_ends_no_session_that_has_no_refresh_token(store: StoreKind) {
    let (app, service) = with_service(store, &[]).await;
    app.provider
        .script(|script| script.with_refresh_token = false);
    let browser = app.signed_in().await;
    app.clock.advance(A_MINUTE);
    service.refuse(&["access-"]);
    for length in [0, 100_000] {
        let answer = post(&browser, "/api/orders", vec![b'x'; length]).await;
        answer.assert_problem(502, "api_unavailable");
        assert_eq!(browser.fetch("/api/session").await.status, 200);
    }
    service.refuse(&[]);
    assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
}

#[tokio::test]
async fn a_long_body_is_not_sent_again_but_the_token_is_renewed() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    app.clock.advance(A_MINUTE);
    service.refuse(&["access-1-"]);
    let answer = post(&browser, "/api/orders", vec![b'x'; 100_000]).await;
    answer.assert_problem(502, "api_unavailable");
    assert_eq!(service.tokens(), ["access-1-"]);
    let answer = post(&browser, "/api/orders", vec![b'x'; 100_000]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(service.tokens(), ["access-1-", "access-2-"]);
    assert_eq!(app.provider.refreshes().await, 1);
}

#[tokio::test]
async fn a_service_that_refuses_every_token_is_502_and_does_not_make_the_backend_refresh() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    app.clock.advance(A_MINUTE);
    service.refuse(&["access-"]);
    for _ in 0..5 {
        let answer = browser.fetch("/api/orders/7").await;
        answer.assert_problem(502, "api_unavailable");
        assert!(!answer.headers.contains_key("www-authenticate"));
    }
    assert_eq!(
        app.provider.refreshes().await,
        1,
        "the new one is refused, too"
    );
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_session_whose_tokens_are_all_revoked_ends_at_the_call() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    app.clock.advance(A_MINUTE);
    service.refuse(&["access-1-"]);
    let refusal = oauth_error(400, "invalid_grant");
    app.provider.instead("POST", "/oauth2/token", refusal).await;
    let answer = browser.fetch("/api/orders/7").await;
    answer.assert_problem(401, "session_refused");
    assert!(browser.session_parts().is_empty());
}
