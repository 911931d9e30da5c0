//! Rules for all routes: nothing below `/api` is ever the single-page app, and
//! problems have one form.

use std::fs;

use reqwest::Method;
use tempfile::TempDir;

use crate::harness::test_app::TestApp;

#[tokio::test]
async fn an_unknown_address_below_api_is_a_problem_and_never_the_page() {
    let dist = TempDir::new().expect("a folder");
    fs::write(dist.path().join("index.html"), "<!doctype html>the app").expect("a page");
    let app = TestApp::with(&[&format!("--frontend-dist={}", dist.path().display())]).await;
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/session/",
        "/api/session/x",
        "/api/auth",
        "/api/auth/",
        "/api/auth/nothing",
        "/api/index.html",
        "/api//session",
        "/api/nothing.js",
    ] {
        for accept in ["*/*", "text/html"] {
            let browser = app.browser();
            let answer = browser
                .send(browser.request(Method::GET, path).header("accept", accept))
                .await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.body);
            answer.assert_problem(404, "not_found");
        }
    }
    assert!(
        app.browser()
            .fetch("/apiary")
            .await
            .body
            .contains("the app"),
        "a page that only begins like it"
    );
}

#[tokio::test]
async fn a_method_that_a_route_does_not_have_is_a_problem_that_names_those_it_has() {
    let app = TestApp::with(&["--token-endpoint=on"]).await;
    let browser = app.signed_in().await;
    for (path, allowed) in [
        ("/healthz", "GET, HEAD"),
        ("/api/session", "GET, HEAD"),
        ("/api/sessions", "GET, HEAD, DELETE"),
        ("/api/profile", "GET, HEAD"),
        ("/api/preferences", "GET, HEAD, PUT"),
        ("/api/payments", "POST"),
        ("/api/config", "GET, HEAD"),
        ("/api/openapi.json", "GET, HEAD"),
        ("/api/auth/token", "GET, HEAD"),
        ("/api/auth/login", "GET"),
        ("/api/auth/callback", "GET"),
        ("/api/auth/logout", "GET, POST"),
    ] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            if allowed.contains(method.as_str()) {
                continue;
            }
            let answer = browser.send(browser.request(method.clone(), path)).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            answer.assert_problem(405, "method_not_allowed");
            assert_eq!(
                answer.headers["allow"], allowed,
                "{method} {path} (RFC 9110 section 15.5.6)"
            );
        }
    }
    assert_eq!(
        browser.fetch("/api/session").await.status,
        200,
        "nothing was changed"
    );
}

#[tokio::test]
async fn a_problem_says_what_happened_for_programs_and_for_people() {
    let app = TestApp::start().await;
    let problem = app.browser().fetch("/api/session").await.json();
    assert_eq!(problem["type"], "about:blank");
    assert_eq!(
        (&problem["status"], &problem["title"]),
        (&401.into(), &"Unauthorized".into())
    );
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|detail| detail.ends_with('.'))
    );
}

#[tokio::test]
async fn the_configuration_for_the_page_holds_nothing_secret() {
    let app = TestApp::with(&["--default-tenant-name=acme"]).await;
    let config = app.browser().fetch("/api/config").await.json();
    let expected = serde_json::json!({
        "localProvider": true, "hasTenants": true, "defaultTenantName": "acme",
        "signUp": true, "silentSignIn": false,
        "apis": [], "sessionStore": "cookie", "version": env!("CARGO_PKG_VERSION"),
    });
    assert_eq!(config, expected);
}

#[tokio::test]
async fn the_process_says_that_it_lives() {
    let app = TestApp::start().await;
    assert_eq!(app.browser().fetch("/healthz").await.status, 200);
}
