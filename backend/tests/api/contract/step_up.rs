//! The user's authentication (`acr`, `amr`, `auth_time`), as the session keeps it: until the next
//! sign-in, whatever a refresh says.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sessions::StoreKind;

use crate::harness::{
    browser::{Answer, Browser},
    test_app::TestApp,
};

const MULTI_FACTOR: &str = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";

on_every_store! {
    a_session_keeps_how_its_user_was_authenticated,
    a_route_that_requires_a_second_factor_opens_after_a_step_up,
    a_refresh_is_no_authentication,
    cookies_of_before_a_step_up_or_of_an_earlier_one_are_worth_nothing,
    another_user_who_signs_in_during_a_step_up_gets_a_session_of_their_own,
    the_end_that_the_provider_sets_bounds_the_session,
    a_refresh_does_not_move_the_end_that_the_provider_set,
}

pub fn claims(app: &TestApp, claims: Value) {
    app.provider
        .script(|script| script.id_token_claims = claims);
}

async fn facts(browser: &Browser) -> Value {
    browser.fetch("/api/session").await.json()["metadata"]["session"].clone()
}

pub async fn pay(browser: &Browser) -> Answer {
    let request = browser.request(Method::POST, "/api/payments");
    let request = request
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-mode", "cors")
        .header("sec-fetch-dest", "empty")
        .header("content-type", "application/json")
        .body(json!({ "recipient": "Grace", "amount": 4_200 }).to_string());
    browser.send(request).await
}

/// A step-up with a second factor, after which the provider says no more of it.
async fn step_up(app: &TestApp, browser: &Browser) -> Answer {
    claims(app, json!({ "acr": MULTI_FACTOR, "amr": ["pwd", "otp"] }));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("tenant_name", "acme");
    query.append_pair("acr_values", MULTI_FACTOR);
    let path = format!("/api/auth/login?{}", query.finish());
    let answer = app.come_back(browser, &browser.open(&path).await).await;
    claims(app, json!({}));
    answer
}

async fn a_session_keeps_how_its_user_was_authenticated(store: StoreKind) {
    let mut app = TestApp::on(store, &[]).await;
    let mut browser = app.browser();
    assert_eq!(step_up(&app, &browser).await.location(), "/");
    let begun = facts(&browser).await;
    assert_eq!(begun["acr"], MULTI_FACTOR);
    assert_eq!(begun["amr"], json!(["pwd", "otp"]));
    assert!(begun["authenticatedAt"].is_string(), "{begun}");
    app.restart_with(&[]).await;
    browser = app.copy_of(&browser);
    app.clock.advance(Duration::from_secs(300));
    let later = facts(&browser).await;
    for name in ["acr", "amr", "authenticatedAt"] {
        assert_eq!(later[name], begun[name], "{name}");
    }
}

async fn a_route_that_requires_a_second_factor_opens_after_a_step_up(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.browser();
    pay(&browser).await.assert_problem(401, "unauthenticated");
    app.sign_in(&browser).await;
    let refused = pay(&browser).await;
    refused.assert_problem(403, "reauthentication_required");
    assert_eq!(refused.json()["acr_values"], MULTI_FACTOR);
    assert_eq!(step_up(&app, &browser).await.location(), "/");
    let paid = pay(&browser).await;
    assert_eq!(paid.status, 200, "{}", paid.body);
    assert_eq!(paid.json()["amount"], 4_200);
    // The next ordinary sign-in is one without the factor.
    app.sign_in(&browser).await;
    let refused = pay(&browser).await;
    refused.assert_problem(403, "reauthentication_required");
}

async fn a_refresh_is_no_authentication(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    app.provider
        .script(|script| script.access_token_lifetime = 200);
    for (before, after) in [("pwd", MULTI_FACTOR), (MULTI_FACTOR, "pwd")] {
        claims(&app, json!({ "acr": before, "amr": ["one"] }));
        let browser = app.signed_in().await;
        let begun = facts(&browser).await;
        let refreshes = app.provider.refreshes().await;
        for _ in 0..4 {
            // The provider names the time of the refresh, as it must not (Core section 12.2).
            claims(&app, json!({ "acr": after, "amr": ["two"] }));
            app.clock.advance(Duration::from_secs(200));
            assert_eq!(browser.fetch("/api/profile").await.status, 200);
        }
        assert_eq!(app.provider.refreshes().await, refreshes + 4);
        let later = facts(&browser).await;
        for name in ["acr", "amr", "authenticatedAt"] {
            assert_eq!(later[name], begun[name], "{name}");
        }
        let expected = if before == MULTI_FACTOR { 200 } else { 403 };
        assert_eq!(pay(&browser).await.status, expected, "{before}");
        let others = browser.request(Method::DELETE, "/api/sessions?scope=others");
        let others = browser.send(others).await;
        others.assert_problem(403, "reauthentication_required");
    }
}

async fn cookies_of_before_a_step_up_or_of_an_earlier_one_are_worth_nothing(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let before = app.copy_of(&browser);
    step_up(&app, &browser).await;
    let strong = app.copy_of(&browser);
    assert_eq!(pay(&strong).await.status, 200);
    pay(&before).await.assert_problem(401, "session_renewed");
    app.sign_in(&browser).await;
    pay(&strong).await.assert_problem(401, "session_renewed");
    let refused = pay(&browser).await;
    refused.assert_problem(403, "reauthentication_required");
}

async fn another_user_who_signs_in_during_a_step_up_gets_a_session_of_their_own(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let ada = app.copy_of(&browser);
    app.provider
        .script(|script| script.userinfo["sub"] = json!("alan"));
    claims(&app, json!({ "sub": "alan", "acr": MULTI_FACTOR }));
    let path = format!("/api/auth/login?tenant_name=acme&acr_values={MULTI_FACTOR}");
    let login = browser.open(&path).await;
    assert_eq!(app.come_back(&browser, &login).await.location(), "/");
    let session = browser.fetch("/api/session").await.json();
    assert_eq!(session["userId"], "alan");
    pay(&ada).await.assert_problem(401, "session_renewed");
}

async fn the_end_that_the_provider_sets_bounds_the_session(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let now = app.clock.now().as_second();
    for (expiry, seconds) in [
        (json!(now + 900), Some(900)),
        (json!((now + 900).to_string()), Some(900)),
        (json!(now as f64 + 900.5), Some(900)),
        // Later than the absolute timeout, or nothing that is a time.
        (json!(now + 1_000_000), Some(12 * 3_600)),
        (json!("soon"), Some(12 * 3_600)),
        (json!(null), Some(12 * 3_600)),
        // Over before it began.
        (json!(now - 100), None),
        (json!(0), None),
    ] {
        claims(&app, json!({ "session_expiry": expiry }));
        let browser = app.browser();
        let answer = app.sign_in(&browser).await;
        let Some(seconds) = seconds else {
            assert_eq!(answer.login_error().as_deref(), Some("login_failed"));
            assert!(browser.session_cookies().is_empty(), "{expiry}");
            continue;
        };
        let expires_at = facts(&browser).await["expiresAt"].clone();
        let expires_at = expires_at.as_str().and_then(|text| text.parse().ok());
        let expires_at: jiff::Timestamp = expires_at.expect("a time");
        let left = expires_at.as_second() - now;
        assert!((seconds..seconds + 60).contains(&left), "{expiry}: {left}");
    }
}

async fn a_refresh_does_not_move_the_end_that_the_provider_set(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    app.provider
        .script(|script| script.access_token_lifetime = 200);
    let now = app.clock.now().as_second();
    claims(&app, json!({ "session_expiry": now + 900 }));
    let browser = app.signed_in().await;
    claims(&app, json!({ "session_expiry": now + 100_000 }));
    for _ in 0..4 {
        app.clock.advance(Duration::from_secs(200));
        assert_eq!(browser.fetch("/api/profile").await.status, 200);
    }
    let replay = app.copy_of(&browser);
    app.clock.advance(Duration::from_secs(101));
    for browser in [browser, replay] {
        let answer = browser.fetch("/api/session").await;
        answer.assert_problem(401, "session_absolute_timeout");
    }
}
