//! `GET /api/auth/login`: the authorization request, and what is refused before it.

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::harness::{provider::CLIENT_ID, test_app::TestApp};

#[tokio::test]
async fn login_asks_for_a_code_with_state_nonce_and_pkce_at_the_tenants_host() {
    let app = TestApp::start().await;
    let answer = app
        .browser()
        .open(
            "/api/auth/login?tenant_name=acme&login_hint=ada%40acme.example&idp_hint=okta\
             &prompt=login",
        )
        .await;
    assert_eq!(answer.status, 302);
    assert!(
        answer.location().starts_with(&format!(
            "http://acme.{}/api/v1/oauth2/authorize?",
            app.provider.host()
        )),
        "{}",
        answer.location()
    );
    for (name, value) in [
        ("client_id", "local-client"),
        ("response_type", "code"),
        ("scope", "openid offline_access email profile roles"),
        ("code_challenge_method", "S256"),
        ("login_hint", "ada@acme.example"),
        ("idp_hint", "okta"),
        ("prompt", "login"),
        (
            "redirect_uri",
            format!("{}/api/auth/callback", app.origin).as_str(),
        ),
    ] {
        assert_eq!(
            answer.location_parameter(name).as_deref(),
            Some(value),
            "{name}"
        );
    }
    for name in ["state", "nonce", "code_challenge"] {
        assert!(
            answer
                .location_parameter(name)
                .is_some_and(|value| value.len() >= 32),
            "{name}"
        );
    }
}

#[tokio::test]
async fn every_login_has_its_own_state_nonce_and_challenge() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let one = browser.open("/api/auth/login?tenant_name=acme").await;
    let two = browser.open("/api/auth/login?tenant_name=acme").await;
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(
            one.location_parameter(name),
            two.location_parameter(name),
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_not_valid_ends_on_the_error_page_without_an_attempt() {
    let app = TestApp::start().await;
    let long = "x".repeat(257);
    for query in [
        "tenant_name=acme&prompt=maybe".to_owned(),
        "tenant_name=acme&prompt=LOGIN".to_owned(),
        format!("tenant_name=acme&login_hint={long}"),
        format!("tenant_name=acme&idp_hint={long}"),
        "tenant_name=acme&tenant_name=globex".to_owned(),
        "tenant_name=acme&return_url=%2Fa&return_url=%2Fb".to_owned(),
        "tenant_name=acme&login_hint=a&login_hint=b".to_owned(),
    ] {
        let answer = app
            .browser()
            .open(&format!("/api/auth/login?{query}"))
            .await;
        assert_eq!(answer.status, 302, "{query}");
        assert_eq!(
            answer.login_error().as_deref(),
            Some("invalid_request"),
            "{query}"
        );
        assert!(answer.set_cookies.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn each_prompt_of_openid_connect_and_a_hint_of_256_bytes_are_passed_on() {
    let app = TestApp::start().await;
    for prompt in ["none", "login", "consent", "select_account"] {
        let answer = app
            .browser()
            .open(&format!("/api/auth/login?tenant_name=acme&prompt={prompt}"))
            .await;
        assert_eq!(answer.location_parameter("prompt").as_deref(), Some(prompt));
    }
    let hint = "x".repeat(256);
    let answer = app
        .browser()
        .open(&format!(
            "/api/auth/login?tenant_name=acme&login_hint={hint}"
        ))
        .await;
    assert_eq!(answer.location_parameter("login_hint"), Some(hint));
}

#[tokio::test]
async fn a_provider_down_at_login_ends_on_the_error_page_and_the_next_try_succeeds() {
    let app = TestApp::start().await;
    let configuration = format!("/clients/{CLIENT_ID}/sdk-configuration");
    for fault in [
        ResponseTemplate::new(500),
        ResponseTemplate::new(200).set_body_string("<html>"),
        ResponseTemplate::new(404),
    ] {
        app.provider.instead("GET", &configuration, fault).await;
        assert_down(&app).await;
        app.provider.answer_well().await;
    }
    app.provider.hang_up("GET", &configuration).await;
    assert_down(&app).await;
    app.provider.answer_well().await;
    let browser = app.browser();
    assert_eq!(app.sign_in(&browser).await.location(), "/");
}

async fn assert_down(app: &TestApp) {
    let answer = app
        .browser()
        .open("/api/auth/login?tenant_name=acme&return_url=%2Fprofile")
        .await;
    assert_eq!(
        answer.login_error().as_deref(),
        Some("identity_provider_unavailable")
    );
    assert_eq!(
        answer.location_parameter("tenant_name").as_deref(),
        Some("acme"),
        "to try again with"
    );
    assert_eq!(
        answer.location_parameter("return_url").as_deref(),
        Some("/profile"),
        "to try again with"
    );
    assert!(answer.set_cookies.is_empty());
}

#[tokio::test]
async fn the_sdk_configuration_is_asked_for_once() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        assert!(
            app.browser()
                .open("/api/auth/login?tenant_name=acme")
                .await
                .asks_for_sign_in()
        );
    }
    assert_eq!(
        app.provider
            .calls(&format!("/clients/{CLIENT_ID}/sdk-configuration"))
            .await
            .len(),
        1
    );
}

#[tokio::test]
async fn values_set_by_hand_win_over_the_sdk_configuration() {
    let app = TestApp::with(&[
        "--application-custom-domain-active=false",
        "--custom-application-login-page-url=https://choose.example/tenant",
    ])
    .await;
    let theirs = json!({
        "isApplicationCustomDomainActive": true,
        "customApplicationLoginPageUrl": "https://no.example/",
    });
    let path = format!("/clients/{CLIENT_ID}/sdk-configuration");
    app.provider
        .instead(
            "GET",
            &path,
            ResponseTemplate::new(200).set_body_json(theirs),
        )
        .await;
    let browser = app.browser();
    let answer = browser.open("/api/auth/login?tenant_name=acme").await;
    assert!(
        answer
            .location()
            .starts_with(&format!("http://acme-{}/", app.provider.host())),
        "{}",
        answer.location()
    );
    let answer = browser.open("/api/auth/login").await;
    assert!(
        answer
            .location()
            .starts_with("https://choose.example/tenant?client_id="),
        "{}",
        answer.location()
    );
}
