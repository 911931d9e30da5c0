//! HEAD: what GET would answer, without its body; what acts does nothing.

use std::time::Duration;

use reqwest::Method;

use crate::{
    configuration::documents::routed_paths,
    harness::{browser::Answer, test_app::TestApp},
};

/// Routes that act when a browser opens them.
const ACTING: [&str; 3] = ["/api/auth/login", "/api/auth/callback", "/api/auth/logout"];

async fn ask(app: &TestApp, method: Method, path: &str, cookies: &str) -> Answer {
    let browser = app.browser();
    let request = browser
        .request(method, path)
        .header("sec-fetch-site", "same-origin")
        .header("cookie", cookies);
    browser.send(request).await
}

#[tokio::test]
async fn head_is_answered_like_get_on_every_route_without_a_body() {
    let app = TestApp::with(&["--token-endpoint=on"]).await;
    let browser = app.signed_in().await;
    let cookies = browser.cookie_header();
    let paths = routed_paths().into_iter();
    let others = ["/", "/profile", "/nothing.png", "/api/nothing"].map(str::to_owned);
    // A stream of events has no end; `routes::head::an_event_stream_…` is about it.
    for path in paths
        .chain(others)
        .filter(|path| !ACTING.contains(&path.as_str()) && path != "/api/session/events")
    {
        let path = path.replace("{handle}", "x");
        for cookies in [cookies.as_str(), ""] {
            let get = ask(&app, Method::GET, &path, cookies).await;
            let head = ask(&app, Method::HEAD, &path, cookies).await;
            assert_eq!(head.status, get.status, "{path}");
            assert_eq!(head.body, "", "{path}");
            for name in ["content-type", "cache-control", "allow", "etag"] {
                assert_eq!(head.headers.get(name), get.headers.get(name), "{path}");
            }
            if path == "/api/auth/backchannel-logout" || path == "/api/csp-reports" {
                assert_eq!(head.status, 405, "{path}");
            } else if path == "/api/sessions/x" || path == "/api/payments" {
                let refused = if cookies.is_empty() { 401 } else { 405 };
                assert_eq!(head.status, refused, "{path}");
            } else {
                assert_ne!(head.status, 405, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn an_event_stream_asked_for_by_head_ends_at_once_and_takes_no_place() {
    let app = TestApp::with(&["--event-streams=1"]).await;
    let browser = app.signed_in().await;
    let cookies = browser.cookie_header();
    for _ in 0..3 {
        let answer = ask(&app, Method::HEAD, "/api/session/events", &cookies);
        let answer = tokio::time::timeout(Duration::from_secs(30), answer).await;
        let answer = answer.expect("an end of the stream before");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["content-type"], "text/event-stream");
    }
    let stranger = ask(&app, Method::HEAD, "/api/session/events", "").await;
    assert_eq!(stranger.status, 401);
}

#[tokio::test]
async fn login_callback_and_sign_out_by_head_are_refused_and_change_nothing() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let callback = crate::harness::test_app::callback_path(&login);
    for path in [
        "/api/auth/login?tenant_name=acme",
        callback.as_str(),
        "/api/auth/logout",
    ] {
        let request = browser
            .request(Method::HEAD, path)
            .header("sec-fetch-site", "none")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        let answer = browser.send(request).await;
        assert_eq!(answer.status, 405, "{path}");
        assert!(answer.set_cookies.is_empty(), "{path}");
        assert!(!answer.headers.contains_key("location"), "{path}");
    }
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    assert_eq!(browser.come_back(&callback).await.location(), "/");
}

#[tokio::test]
async fn reading_by_head_is_not_limited() {
    let app = TestApp::with(&["--rate-limit=1"]).await;
    let browser = app.signed_in().await;
    for _ in 0..5 {
        let answer = ask(&app, Method::HEAD, "/api/session", &browser.cookie_header()).await;
        assert_eq!(answer.status, 200);
    }
}
