//! Concurrent requests: bounded, and no user takes all places.

use reqwest::Method;
use serde_json::json;
use sessions::StoreKind;

use super::with_service;

#[tokio::test]
async fn a_user_has_a_sixteenth_of_the_places_and_others_have_theirs() {
    let (app, service) = with_service(StoreKind::Cookie, &["--api-concurrency=32"]).await;
    let sessions = [app.signed_in().await, app.signed_in().await];
    let mut streams = Vec::new();
    for ada in &sessions {
        let request = ada.request(Method::GET, "/api/orders/events");
        streams.push(request.send().await.expect("a stream"));
    }
    for ada in [&sessions[0], &sessions[1], &app.signed_in().await] {
        let refused = ada.fetch("/api/orders/7").await;
        refused.assert_problem(429, "rate_limited");
        assert_eq!(ada.fetch("/api/session").await.status, 200);
    }
    app.provider.script(|script| {
        script.id_token_claims = json!({ "sub": "bob" });
        script.userinfo["sub"] = json!("bob");
    });
    let other = app.signed_in().await;
    assert_eq!(other.fetch("/api/orders/7").await.status, 200);
    assert_eq!(service.received().len(), 3);
    // `EventSource` closes its connection.
    drop(streams);
}

#[tokio::test]
async fn a_place_is_free_again_when_a_response_is_over() {
    let (app, _service) = with_service(StoreKind::Cookie, &["--api-concurrency=1"]).await;
    let browser = app.signed_in().await;
    for path in ["7", "missing", "redirects/302", "nothing", "7"] {
        let answer = browser.fetch(&format!("/api/orders/{path}")).await;
        assert_ne!(answer.status, 429, "{path}");
    }
    let request = browser.request(Method::GET, "/api/orders/broken");
    let response = request.send().await.expect("a head");
    assert!(response.bytes().await.is_err());
    assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
}
