//! `prompt=none`: a sign-in without the user, which ends on its page whether it succeeds or not.

use sessions::StoreKind;
use wiremock::ResponseTemplate;

use crate::harness::{
    browser::{Answer, Browser},
    installation::{Fault, Installation},
    provider::{CLIENT_ID, oauth_error},
    test_app::{TestApp, callback_path, error_path},
};

const SILENT: &str = "/api/auth/login?tenant_name=acme&prompt=none&return_url=%2Fprofile%3Fa%3Db";
const PAGE: &str = "/profile?a=b";

async fn assert_signed_out(browser: &Browser, answer: &Answer, what: &str) {
    assert_eq!(answer.location(), PAGE, "{what}");
    assert!(browser.cookies().is_empty(), "{what}");
    browser
        .fetch("/api/session")
        .await
        .assert_problem(401, "unauthenticated");
}

on_every_store! {
    a_silent_sign_in_of_somebody_signed_in_at_the_provider_begins_a_session,
}

async fn a_silent_sign_in_of_somebody_signed_in_at_the_provider_begins_a_session(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.browser();
    let login = browser.open(SILENT).await;
    assert_eq!(login.location_parameter("prompt").as_deref(), Some("none"));
    assert_eq!(app.come_back(&browser, &login).await.location(), PAGE);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_silent_sign_in_that_needs_the_user_returns_to_its_page_and_asks_nobody() {
    let app = TestApp::start().await;
    for error in [
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
        "access_denied",
        "server_error",
        "invalid_scope",
        "an_error_of_its_own",
    ] {
        let browser = app.browser();
        let login = browser.open(SILENT).await;
        let answer = app.come_back_with_error(&browser, &login, error).await;
        assert_signed_out(&browser, &answer, error).await;
    }
}

#[tokio::test]
async fn a_silent_sign_in_that_fails_returns_to_its_page() {
    let app = TestApp::start().await;
    let gone = oauth_error(400, "invalid_grant");
    for fault in [gone, ResponseTemplate::new(500), ResponseTemplate::new(200)] {
        app.provider.instead("POST", "/oauth2/token", fault).await;
        let browser = app.browser();
        let login = browser.open(SILENT).await;
        let answer = app.come_back(&browser, &login).await;
        assert_signed_out(&browser, &answer, "token endpoint").await;
        app.provider.answer_well().await;
    }
}

#[tokio::test]
async fn a_silent_sign_in_that_cannot_begin_returns_to_its_page() {
    let app = TestApp::start().await;
    let configuration = format!("/clients/{CLIENT_ID}/sdk-configuration");
    let fault = ResponseTemplate::new(500);
    app.provider.instead("GET", &configuration, fault).await;
    for (tenant, what) in [
        ("tenant_name=acme", "the provider is down"),
        ("tenant_name=no%20label", "an unknown tenant"),
        ("tenant_custom_domain=evil.example", "an unknown domain"),
        ("", "no tenant"),
    ] {
        let browser = app.browser();
        let answer = browser
            .open(&SILENT.replace("tenant_name=acme", tenant))
            .await;
        assert_signed_out(&browser, &answer, what).await;
    }
}

#[tokio::test]
async fn a_silent_sign_in_whose_attempt_is_lost_asks_nobody_and_does_not_loop() {
    let app = TestApp::start().await;
    let login = app.browser().open(SILENT).await;
    let error = |login: &Answer| error_path(login, "login_required");
    let refused = |login: &Answer| error_path(login, "access_denied");
    for path in [callback_path(&login), error(&login), refused(&login)] {
        // A browser that keeps no cookies, or an attempt that is too old.
        let answer = app.browser().open_from_another_site(&path).await;
        assert_eq!(answer.location(), "/", "{path}");
    }
}

#[tokio::test]
async fn a_silent_sign_in_without_redis_returns_to_its_page() {
    let mut installation = Installation::with("redis").await;
    let browser = installation.app.browser();
    let login = browser.open(SILENT).await;
    installation.suffer(Fault::Stopped);
    let answer = installation.app.come_back(&browser, &login).await;
    assert_eq!(answer.location(), PAGE);
}

#[tokio::test]
async fn a_silent_sign_in_that_fails_keeps_the_session_of_its_browser() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let login = browser.open(SILENT).await;
    let answer = app
        .come_back_with_error(&browser, &login, "login_required")
        .await;
    assert_eq!(answer.location(), PAGE);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}
