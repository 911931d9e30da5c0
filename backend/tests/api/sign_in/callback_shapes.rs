//! Callbacks and addresses in unusual shapes: a provider that leaves something out, a slash too
//! many, an empty parameter.

use std::time::Duration;

use reqwest::{Method, header};

use crate::harness::{
    browser::{Answer, Browser},
    test_app::{TestApp, callback_path, error_path},
};

/// Without the state that the provider should send along.
fn without_state(path: &str) -> String {
    let (before, after) = path.split_once("&state=").expect("a state");
    let rest = after.split_once('&').map_or("", |(_, rest)| rest);
    format!("{before}&{rest}")
}

async fn begin(browser: &Browser) -> Answer {
    browser
        .open("/api/auth/login?tenant_name=acme&return_url=%2Fprofile")
        .await
}

#[tokio::test]
async fn a_code_without_a_state_begins_a_new_attempt() {
    let app = TestApp::start().await;
    for with_attempt in [true, false] {
        for state in ["", "&state="] {
            let browser = app.browser();
            if with_attempt {
                begin(&browser).await;
            }
            let path = format!("/api/auth/callback?code=x&tenant_name=acme{state}");
            let again = browser.come_back(&path).await;
            assert!(again.asks_for_sign_in(), "{state}: {}", again.location());
            assert_eq!(app.come_back(&browser, &again).await.location(), "/");
        }
    }
    let exchanged = app.provider.posted("/oauth2/token").await;
    assert!(exchanged.iter().all(|form| form["code"] != "x"));
}

#[tokio::test]
async fn a_provider_that_never_sends_the_state_does_not_loop() {
    let app = TestApp::start().await;
    let required = |login: &Answer| error_path(login, "login_required");
    for path in [callback_path as fn(&Answer) -> String, required] {
        let browser = app.browser();
        let mut login = begin(&browser).await;
        for restart in 1..=2 {
            login = browser.come_back(&without_state(&path(&login))).await;
            assert!(login.asks_for_sign_in(), "restart {restart}");
        }
        let asked = browser.come_back(&without_state(&path(&login))).await;
        assert_eq!(asked.login_error().as_deref(), Some("too_many_attempts"));
        // Whoever tries again counts from the beginning.
        app.clock.advance(Duration::from_secs(1));
        let login = begin(&browser).await;
        let again = browser.come_back(&without_state(&path(&login))).await;
        assert!(again.asks_for_sign_in());
    }
}

#[tokio::test]
async fn a_browser_without_cookies_is_told_so_without_a_state_too() {
    let app = TestApp::start().await;
    for path in [
        "/api/auth/callback?code=x",
        "/api/auth/callback?error=login_required",
    ] {
        let asked = app.browser().open_from_another_site(path).await;
        let answer = app.browser().open_from_another_site(asked.location()).await;
        assert_eq!(
            answer.login_error().as_deref(),
            Some("no_cookies"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_error_without_an_attempt_is_named_as_with_one() {
    let app = TestApp::start().await;
    for (error, reason) in [
        ("access_denied", "access_denied"),
        ("temporarily_unavailable", "identity_provider_unavailable"),
        ("server_error", "identity_provider_unavailable"),
        ("invalid_scope", "application_refused"),
        ("%3Cscript%3E", "login_failed"),
    ] {
        for state in ["", "&state=", "&state=unknown0"] {
            let path = format!("/api/auth/callback?error={error}{state}");
            for with_attempt in [false, true] {
                let browser = app.browser();
                if with_attempt {
                    begin(&browser).await;
                }
                let answer = browser.open_from_another_site(&path).await;
                assert_eq!(answer.login_error().as_deref(), Some(reason), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn what_the_user_must_still_answer_begins_a_new_attempt() {
    let app = TestApp::start().await;
    for error in [
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
    ] {
        let browser = app.browser();
        let login = begin(&browser).await;
        let again = app.come_back_with_error(&browser, &login, error).await;
        assert!(again.asks_for_sign_in(), "{error}");
        let answer = app.come_back(&browser, &again).await;
        assert_eq!(answer.location(), "/profile", "{error}");

        let mut login = begin(&browser).await;
        for _ in 0..2 {
            login = app.come_back_with_error(&browser, &login, error).await;
        }
        let asked = app.come_back_with_error(&browser, &login, error).await;
        assert_eq!(
            asked.login_error().as_deref(),
            Some("too_many_attempts"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_empty_error_beside_a_code_is_none() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = begin(&browser).await;
    let path = format!("{}&error=", callback_path(&login));
    assert_eq!(browser.come_back(&path).await.location(), "/profile");
}

#[tokio::test]
async fn a_callback_without_code_and_error_is_an_invalid_request() {
    let app = TestApp::start().await;
    for query in ["", "code=", "error=", "code=&error=&state=", "state="] {
        let browser = app.browser();
        begin(&browser).await;
        let path = format!("/api/auth/callback?{query}");
        let answer = browser.open_from_another_site(&path).await;
        let reason = answer.login_error();
        assert_eq!(reason.as_deref(), Some("invalid_request"), "{query}");
    }
    let browser = app.browser();
    let login = begin(&browser).await;
    let state = login.location_parameter("state").expect("a state");
    for query in ["code=", "error="] {
        let path = format!("/api/auth/callback?{query}&state={state}");
        let answer = app.copy_of(&browser).come_back(&path).await;
        // The first spends the attempt, so the second begins a new one.
        assert!(answer.status == 302, "{query}");
        assert_ne!(answer.location(), "/profile", "{query}");
    }
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_same_route() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = browser
        .open("/api/auth/login/?tenant_name=acme&return_url=%2Fprofile")
        .await;
    assert!(login.asks_for_sign_in(), "{}", login.body);
    let path = callback_path(&login).replace("callback?", "callback/?");
    assert_eq!(browser.come_back(&path).await.location(), "/profile");
    assert_eq!(browser.open("/api/auth/logout/").await.status, 302);
    let session = browser.fetch("/api/session").await;
    session.assert_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_address_bar_never_shows_json_below_api_auth() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for (method, path, status) in [
        (Method::GET, "/api/auth", 404),
        (Method::GET, "/api/auth/", 404),
        (Method::GET, "/api/auth/nothing", 404),
        (Method::GET, "/api/auth/login/x", 404),
        (Method::GET, "/api/auth/callback//", 404),
        (Method::GET, "/api/nothing", 404),
        (Method::POST, "/api/auth/login", 405),
        (Method::POST, "/api/auth/callback", 405),
        (Method::PUT, "/api/auth/logout", 405),
    ] {
        let request = browser
            .request(method.clone(), path)
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        let answer = browser.send(request).await;
        assert_eq!(answer.status, status, "{method} {path}");
        let kind = &answer.headers[header::CONTENT_TYPE];
        assert_eq!(kind, "text/html; charset=utf-8", "{method} {path}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{path}");
        assert_eq!(answer.headers.contains_key(header::ALLOW), status == 405);
    }
}
