//! A provider that is down while the access token has expired: for a limited time the page is told
//! who is signed in, and nothing else is served.

use std::time::{Duration, Instant};

use serde_json::Value;
use sessions::StoreKind;
use wiremock::ResponseTemplate;

use crate::harness::{browser::Browser, provider::oauth_error, test_app::TestApp};

on_every_store! {
    while_the_provider_is_down_the_page_is_told_who_is_signed_in_for_15_minutes,
    what_is_not_confirmed_can_be_signed_out_and_stays_so,
    a_refusal_ends_what_is_not_confirmed_at_once,
}

const HOUR: Duration = Duration::from_secs(3600);
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// A session whose access token has expired while its provider is down. It was confirmed before.
async fn unverified(store: StoreKind) -> (TestApp, Browser) {
    let settings = ["--session-idle-timeout=12h", "--token-endpoint=on"];
    let app = TestApp::on(store, &settings).await;
    let browser = app.signed_in().await;
    assert_eq!(since(&browser).await, Value::Null);
    app.clock.advance(HOUR);
    let down = ResponseTemplate::new(503);
    app.provider.instead("POST", "/oauth2/token", down).await;
    (app, browser)
}

async fn since(browser: &Browser) -> Value {
    let answer = browser.fetch("/api/session?slide=false").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["metadata"]["session"]["unverifiedSince"].clone()
}

async fn while_the_provider_is_down_the_page_is_told_who_is_signed_in_for_15_minutes(
    store: StoreKind,
) {
    let (app, browser) = unverified(store).await;
    let answer = browser.fetch("/api/session").await;
    let facts = &answer.json()["metadata"]["session"];
    assert_eq!(facts["unverifiedSince"], facts["accessTokenExpiresAt"]);
    for path in ["/api/profile", "/api/sessions", "/api/auth/token"] {
        let refused = browser.fetch(path).await;
        refused.assert_problem(503, "identity_provider_unavailable");
    }
    app.clock.advance(LIMIT - Duration::from_secs(60));
    assert_eq!(since(&browser).await, facts["unverifiedSince"]);
    app.clock.advance(Duration::from_secs(60));
    let late = browser.fetch("/api/session").await;
    late.assert_problem(503, "identity_provider_unavailable");

    app.provider.answer_well().await;
    let began = Instant::now();
    while browser.fetch("/api/session").await.status != 200 {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "it does not come back"
        );
    }
    assert_eq!(since(&browser).await, Value::Null);
}

async fn what_is_not_confirmed_can_be_signed_out_and_stays_so(store: StoreKind) {
    let (app, browser) = unverified(store).await;
    assert!(since(&browser).await.is_string());
    let copy = app.copy_of(&browser);
    assert_eq!(browser.submit("/api/auth/logout").await.status, 303);
    copy.fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out");
}

async fn a_refusal_ends_what_is_not_confirmed_at_once(store: StoreKind) {
    let (app, browser) = unverified(store).await;
    assert!(since(&browser).await.is_string());
    let refusal = oauth_error(400, "invalid_grant");
    app.provider.answer_well().await;
    app.provider.instead("POST", "/oauth2/token", refusal).await;
    let began = Instant::now();
    loop {
        let answer = browser.fetch("/api/session").await;
        if answer.status != 200 {
            return answer.assert_problem(401, "session_refused");
        }
        assert!(began.elapsed() < Duration::from_secs(10), "it goes on");
    }
}
