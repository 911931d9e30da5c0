//! The time of the last authentication: only the provider's `auth_time` counts, and only if it was
//! asked for.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    browser::{Answer, Browser},
    test_app::TestApp,
};

/// Routes that require a fresh sign-in.
async fn end_others(browser: &Browser) -> Answer {
    let request = browser.request(Method::DELETE, "/api/sessions?scope=others");
    let request = request
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-mode", "cors")
        .header("sec-fetch-dest", "empty");
    browser.send(request).await
}

async fn assert_fresh(browser: &Browser, fresh: bool, what: &str) {
    assert_eq!(browser.fetch("/api/session").await.status, 200, "{what}");
    let answer = end_others(browser).await;
    if fresh {
        assert_eq!(answer.status, 204, "{what}: {}", answer.body);
    } else {
        assert_eq!(answer.status, 403, "{what}");
        answer.assert_problem(403, "reauthentication_required");
    }
}

/// Signs in with this query and an `auth_time` so many seconds from the beginning of the attempt.
async fn signed_in_with(app: &TestApp, query: &str, auth_time: Option<i64>) -> Browser {
    let browser = app.browser();
    let path = format!("/api/auth/login?tenant_name=acme{query}");
    let login = browser.open(&path).await;
    let begun = app.clock.now().as_second();
    let auth_time = auth_time.map_or(Value::Null, |seconds| json!(begun + seconds));
    app.provider
        .script(|script| script.id_token_claims = json!({ "auth_time": auth_time }));
    assert_eq!(app.come_back(&browser, &login).await.location(), "/");
    browser
}

#[tokio::test]
async fn a_sign_in_that_does_not_tell_when_is_never_fresh() {
    let app = TestApp::start().await;
    for query in ["", "&prompt=none"] {
        let browser = signed_in_with(&app, query, None).await;
        assert_fresh(&browser, false, query).await;
    }
    let browser = app.browser();
    app.provider
        .script(|script| script.id_token_claims = json!({ "auth_time": 0 }));
    app.sign_in(&browser).await;
    assert_fresh(&browser, false, "zero").await;
}

#[tokio::test]
async fn a_sign_in_is_as_old_as_the_provider_says() {
    let app = TestApp::start().await;
    for (query, auth_time, fresh) in [
        ("", 0, true),
        ("", -300, true),
        ("", -700, false),
        ("&prompt=none", -300, true),
        ("&prompt=none", -700, false),
    ] {
        let browser = signed_in_with(&app, query, Some(auth_time)).await;
        assert_fresh(&browser, fresh, &format!("{query} {auth_time}")).await;
    }
}

#[tokio::test]
async fn who_asks_for_the_password_asks_the_provider_for_a_new_proof() {
    let app = TestApp::start().await;
    for (query, prompt, max_age) in [
        ("", None, None),
        ("&prompt=none", Some("none"), None),
        // Providers exist that refuse 0, or ask for the password forever.
        ("&prompt=login", Some("login"), Some("30")),
        ("&max_age=0", None, Some("0")),
    ] {
        let path = format!("/api/auth/login?tenant_name=acme{query}");
        let login = app.browser().open(&path).await;
        let sent = |name| login.location_parameter(name);
        assert_eq!(sent("prompt").as_deref(), prompt, "{query}");
        assert_eq!(sent("max_age").as_deref(), max_age, "{query}");
    }
}

#[tokio::test]
async fn a_sign_in_begun_anew_still_asks_for_the_password() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let path = "/api/auth/login?tenant_name=acme&prompt=login";
    let login = browser.open(path).await;
    let again = app
        .come_back_with_error(&browser, &login, "login_required")
        .await;
    assert_eq!(again.location_parameter("prompt").as_deref(), Some("login"));
    assert_eq!(again.location_parameter("max_age").as_deref(), Some("30"));
}

#[tokio::test]
async fn a_sign_in_in_the_future_is_refused() {
    let app = TestApp::start().await;
    let future = app.clock.now().as_second() + 300;
    app.provider
        .script(|script| script.id_token_claims = json!({ "auth_time": future }));
    let browser = app.browser();
    let answer = app.sign_in(&browser).await;
    assert_eq!(answer.login_error().as_deref(), Some("login_failed"));
    assert!(browser.cookies().is_empty());
}

#[tokio::test]
async fn a_providers_clock_that_is_ahead_makes_no_sign_in_fresh_for_longer() {
    let app = TestApp::start().await;
    let browser = signed_in_with(&app, "", Some(25)).await;
    app.clock.advance(Duration::from_secs(601));
    assert_fresh(&browser, false, "after ten minutes").await;
}
