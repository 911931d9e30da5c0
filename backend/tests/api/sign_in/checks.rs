//! The callback's own checks: the attempt must be this browser's, unused and in time; the answer
//! must come from the provider, for the tenant, that was asked.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::harness::test_app::{TestApp, callback_path};

#[tokio::test]
async fn a_callback_without_an_attempt_begins_a_new_one_for_its_tenant() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let answer = browser
        .come_back("/api/auth/callback?code=c&state=unknown-state&tenant_name=acme")
        .await;
    assert!(answer.asks_for_sign_in(), "{}", answer.location());
    assert!(answer.location().starts_with("http://acme."));
    assert_eq!(
        app.come_back(&browser, &answer).await.location(),
        "/",
        "the new attempt is a good one"
    );
}

#[tokio::test]
async fn a_callback_without_an_attempt_and_without_a_good_tenant_goes_to_the_login() {
    let app = TestApp::start().await;
    for tenant in [
        "",
        "&tenant_name=evil.example%2F",
        "&tenant_custom_domain=evil.example",
    ] {
        let answer = app
            .browser()
            .come_back(&format!("/api/auth/callback?code=c&state=unknown{tenant}"))
            .await;
        assert_eq!(answer.location(), "/api/auth/login", "{tenant}");
    }
}

#[tokio::test]
async fn another_state_than_the_attempts_is_not_accepted() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let state = login.location_parameter("state").expect("a state");
    // The same attempt cookie is meant, but the rest of the state was guessed.
    let guessed = format!("{}{}", &state[..8], "A".repeat(state.len() - 9));
    let path = callback_path(&login).replace(&state, &format!("{guessed}0"));
    let answer = browser.come_back(&path).await;
    assert!(answer.asks_for_sign_in());
    assert!(browser.session_cookies().is_empty());
    assert!(
        app.provider.posted("/oauth2/token").await.is_empty(),
        "the code is not exchanged"
    );
}

#[tokio::test]
async fn an_attempt_is_used_once_even_if_its_cookie_is_replayed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let replay = app.copy_of(&browser);
    assert_eq!(app.come_back(&browser, &login).await.location(), "/");
    for again in [&browser, &replay] {
        assert!(app.come_back(again, &login).await.asks_for_sign_in());
    }
    assert!(replay.session_cookies().is_empty());
    assert_eq!(
        browser.fetch("/api/session").await.status,
        200,
        "the session of the first use stays"
    );
    assert_eq!(app.provider.posted("/oauth2/token").await.len(), 1);
}

#[tokio::test]
async fn a_failed_attempt_is_used_up_too() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let replay = app.copy_of(&browser);
    app.come_back_with_error(&browser, &login, "access_denied")
        .await;
    assert!(app.come_back(&replay, &login).await.asks_for_sign_in());
    assert!(app.provider.posted("/oauth2/token").await.is_empty());
}

#[tokio::test]
async fn an_attempt_of_another_browser_is_worth_nothing() {
    let app = TestApp::start().await;
    let (victim, attacker) = (app.browser(), app.browser());
    let login = attacker.open("/api/auth/login?tenant_name=acme").await;
    assert!(
        app.come_back(&victim, &login).await.asks_for_sign_in(),
        "login CSRF"
    );
    assert!(victim.session_cookies().is_empty());
    assert_eq!(
        app.come_back(&attacker, &login).await.location(),
        "/",
        "and the attempt is still its owner's"
    );
}

#[tokio::test]
async fn an_attempts_cookie_is_good_for_that_attempt_only() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let one = browser.open("/api/auth/login?tenant_name=acme").await;
    let cookies = browser.cookies();
    let (_, value) = cookies.first_key_value().expect("an attempt");
    let two = browser.open("/api/auth/login?tenant_name=acme").await;
    let name = two.set_cookies[0]
        .split_once('=')
        .expect("a cookie")
        .0
        .to_owned();
    browser.set_cookies([(name, value.clone())].into());
    assert!(app.come_back(&browser, &two).await.asks_for_sign_in());
    assert!(app.come_back(&browser, &one).await.asks_for_sign_in());
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_refused() {
    let app = TestApp::start().await;
    for (issuer, accepted) in [
        (app.provider.issuer(), true),
        ("https://evil.example".to_owned(), false),
        (format!("{}/", app.provider.issuer()), false),
    ] {
        let browser = app.browser();
        let login = browser.open("/api/auth/login?tenant_name=acme").await;
        let issuer: String = url::form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
        let answer = browser
            .come_back(&format!("{}&iss={issuer}", callback_path(&login)))
            .await;
        if accepted {
            assert_eq!(answer.location(), "/");
        } else {
            assert_eq!(
                answer.login_error().as_deref(),
                Some("login_failed"),
                "{issuer}"
            );
            assert!(browser.session_cookies().is_empty());
        }
    }
    assert_eq!(
        app.provider.posted("/oauth2/token").await.len(),
        1,
        "the code of a mix-up is not sent anywhere"
    );
}

#[tokio::test]
async fn the_tenants_name_is_never_taken_from_the_callbacks_query() {
    let app = TestApp::start().await;
    let ours = ResponseTemplate::new(200).set_body_json(json!({ "valid": true }));
    app.provider
        .instead("POST", "/custom-domains/validate", ours)
        .await;
    for named in ["globex", "evil.example%2F"] {
        let browser = app.browser();
        // Only a custom domain was asked for, so that there is no name to compare with.
        let login = browser
            .open("/api/auth/login?tenant_custom_domain=login.globex.example")
            .await;
        let path =
            callback_path(&login).replace("tenant_name=acme", &format!("tenant_name={named}"));
        assert_eq!(browser.come_back(&path).await.location(), "/");
        assert_eq!(
            browser.fetch("/api/session").await.json()["metadata"]["tenantName"],
            Value::Null
        );
    }
}

#[tokio::test]
async fn an_answer_for_another_tenant_is_refused() {
    let app = TestApp::start().await;
    for answered in ["globex", "", "acme2"] {
        let browser = app.browser();
        let login = browser.open("/api/auth/login?tenant_name=acme").await;
        let path =
            callback_path(&login).replace("tenant_name=acme", &format!("tenant_name={answered}"));
        let answer = browser.come_back(&path).await;
        assert_eq!(
            answer.login_error().as_deref(),
            Some("login_failed"),
            "{answered}"
        );
    }
    assert!(app.provider.posted("/oauth2/token").await.is_empty());
}
