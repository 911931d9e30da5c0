//! `GET /api/auth/callback`: a good sign-in, and what the provider may say instead.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use wiremock::ResponseTemplate;

use crate::harness::test_app::{TestApp, callback_path};

#[tokio::test]
async fn a_sign_in_ends_on_the_wanted_page_with_a_session() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = browser
        .open("/api/auth/login?tenant_name=acme&return_url=%2Fprofile%3Ftab%3Droles%23top")
        .await;
    let answer = app.come_back(&browser, &login).await;
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (302, "/profile?tab=roles#top")
    );
    let session = browser.fetch("/api/session").await;
    assert_eq!(session.status, 200, "{}", session.body);
    assert_eq!(session.json()["userId"], "ada");
    assert_eq!(
        session.json()["metadata"]["roles"][0]["displayName"],
        "Owner"
    );
    assert!(
        !browser.cookies().keys().any(|name| name.contains("login")),
        "the attempt is over"
    );
}

#[tokio::test]
async fn the_code_is_exchanged_with_its_verifier_and_basic_authentication() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    app.come_back(&browser, &login).await;
    let form = &app.provider.posted("/oauth2/token").await[0];
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(
        Some(&form["code"]),
        login.location_parameter("nonce").as_ref(),
        "the code of the callback"
    );
    assert_eq!(
        form["redirect_uri"],
        format!("{}/api/auth/callback", app.origin)
    );
    assert!(
        (43..=128).contains(&form["code_verifier"].len()),
        "RFC 7636 section 4.1"
    );
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    assert_eq!(login.location_parameter("code_challenge"), Some(challenge));

    let call = &app.provider.calls("/oauth2/token").await[0];
    assert_eq!(
        call.headers["authorization"],
        "Basic bG9jYWwtY2xpZW50OmxvY2FsLXNlY3JldA=="
    );
    assert!(
        !form.contains_key("client_secret"),
        "the secret is sent once"
    );
}

#[tokio::test]
async fn an_error_of_the_provider_ends_on_the_page_that_explains_it() {
    let app = TestApp::start().await;
    for (error, reason) in [
        ("access_denied", "access_denied"),
        ("temporarily_unavailable", "identity_provider_unavailable"),
        ("server_error", "identity_provider_unavailable"),
        ("invalid_scope", "application_refused"),
        ("unauthorized_client", "application_refused"),
        ("%3Cscript%3E", "login_failed"),
    ] {
        let browser = app.browser();
        let login = browser
            .open("/api/auth/login?tenant_name=acme&return_url=%2Fprofile")
            .await;
        let answer = app.come_back_with_error(&browser, &login, error).await;
        let location =
            format!("/login-error?reason={reason}&tenant_name=acme&return_url=%2Fprofile");
        assert_eq!(
            (answer.status.as_u16(), answer.location()),
            (302, location.as_str()),
            "{error}"
        );
        assert!(
            browser.cookies().is_empty(),
            "{error}: no session, and the attempt is over"
        );
    }
}

#[tokio::test]
async fn a_callback_that_lacks_or_repeats_a_parameter_is_an_invalid_request() {
    let app = TestApp::start().await;
    for query in ["", "state=a&state=b&code=c", "state=a&code=b&code=c"] {
        let answer = app
            .browser()
            .come_back(&format!("/api/auth/callback?{query}"))
            .await;
        assert_eq!(answer.status, 302, "{query}");
        assert_eq!(
            answer.location(),
            "/login-error?reason=invalid_request",
            "{query}"
        );
    }
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let state = login.location_parameter("state").expect("a state");
    let answer = browser
        .come_back(&format!("/api/auth/callback?state={state}"))
        .await;
    assert_eq!(
        answer.login_error().as_deref(),
        Some("invalid_request"),
        "neither code nor error"
    );
}

#[tokio::test]
async fn an_application_that_the_provider_refuses_is_not_asked_to_sign_in_again() {
    let app = TestApp::start().await;
    for (status, error) in [
        (401, "invalid_client"),
        (400, "unauthorized_client"),
        (400, "invalid_request"),
    ] {
        let refusal =
            ResponseTemplate::new(status).set_body_json(serde_json::json!({ "error": error }));
        app.provider.instead("POST", "/oauth2/token", refusal).await;
        let browser = app.browser();
        let answer = app.sign_in(&browser).await;
        assert_eq!(
            answer.login_error().as_deref(),
            Some("application_refused"),
            "{error}"
        );
        assert!(browser.cookies().is_empty(), "{error}");
        app.provider.answer_well().await;
    }
}

#[tokio::test]
async fn tokens_that_are_not_bearer_tokens_are_not_used() {
    let app = TestApp::start().await;
    for (kind, accepted) in [
        ("Bearer", true),
        ("bearer", true),
        ("DPoP", false),
        ("N_A", false),
    ] {
        app.provider.script(|script| script.token_type = kind);
        let browser = app.browser();
        let answer = app.sign_in(&browser).await;
        if accepted {
            assert_eq!(answer.location(), "/", "{kind}");
        } else {
            assert_eq!(
                answer.login_error().as_deref(),
                Some("login_failed"),
                "{kind}"
            );
            assert!(browser.cookies().is_empty(), "{kind}");
        }
    }
}

#[tokio::test]
async fn a_sign_in_that_fails_leaves_the_session_there_was_alone() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let answer = app
        .come_back_with_error(&browser, &login, "access_denied")
        .await;
    assert_eq!(answer.login_error().as_deref(), Some("access_denied"));
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_new_sign_in_has_a_new_id_and_ends_the_session_there_was() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let thief = app.copy_of(&browser);
    let before =
        browser.fetch("/api/session").await.json()["metadata"]["session"]["handle"].clone();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let answer = browser.come_back(&callback_path(&login)).await;
    assert_eq!(answer.location(), "/");

    let after = browser.fetch("/api/session").await;
    assert_eq!(after.status, 200);
    assert_ne!(
        after.json()["metadata"]["session"]["handle"],
        before,
        "no fixation"
    );
    assert_ne!(
        browser.cookies()["__Host-Http-session"],
        thief.cookies()["__Host-Http-session"]
    );
    thief
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_renewed");
    let revoked = &app.provider.await_posts("/oauth2/revoke", 1).await[0];
    assert!(
        revoked["token"].starts_with("refresh-1-"),
        "the refresh token of the old session"
    );
}
