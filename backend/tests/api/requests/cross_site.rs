//! Requests that other sites make a browser send: every method, every `Sec-Fetch-Site`, every
//! `Origin`.

use reqwest::{Method, header};

use crate::harness::{browser::Answer, test_app::TestApp};

/// `Sec-Fetch-Site`, `Origin`, and whether a change is allowed; `{own}` is the application's
/// origin.
const MATRIX: [(Option<&str>, Option<&str>, bool); 22] = [
    (Some("same-origin"), Some("{own}"), true),
    (Some("same-origin"), None, true),
    (Some("none"), None, true),
    (Some("same-site"), None, false),
    (Some("same-site"), Some("{own}"), false),
    (Some("same-site"), Some("http://sub.example"), false),
    (Some("cross-site"), None, false),
    (Some("cross-site"), Some("{own}"), false),
    (Some("cross-site"), Some("http://evil.example"), false),
    (Some("cross-site"), Some("null"), false),
    (Some(""), None, false),
    (Some("Same-Origin"), None, false),
    (Some("same-origin, cross-site"), None, false),
    (Some("b\u{e4}d"), None, false),
    (None, None, true),
    (None, Some("{own}"), true),
    (None, Some("http://evil.example"), false),
    (None, Some("http://127.0.0.1"), false),
    (None, Some("http://127.0.0.1:1"), false),
    (None, Some("{own}.evil.example"), false),
    (None, Some("null"), false),
    (None, Some("rubbish"), false),
];

async fn send(
    app: &TestApp,
    method: &Method,
    path: &str,
    site: Option<&str>,
    origin: Option<&str>,
) -> Answer {
    let browser = app.browser();
    let mut request = browser.request(method.clone(), path);
    if let Some(site) = site {
        request = request.header(
            "sec-fetch-site",
            header::HeaderValue::from_bytes(site.as_bytes()).expect("a header"),
        );
    }
    if let Some(origin) = origin {
        request = request.header(header::ORIGIN, origin.replace("{own}", &app.origin));
    }
    browser.send(request).await
}

#[tokio::test]
async fn what_our_pages_call_answers_our_pages_only_reads_included() {
    let app = TestApp::start().await;
    for (site, origin, allowed) in MATRIX {
        for (method, path, status, code) in [
            (Method::GET, "/api/session", 401, "unauthenticated"),
            (Method::GET, "/api/profile", 401, "unauthenticated"),
            (
                Method::DELETE,
                "/api/sessions?scope=all",
                401,
                "unauthenticated",
            ),
            (Method::DELETE, "/api/sessions/x", 401, "unauthenticated"),
            (Method::POST, "/api/config", 405, "method_not_allowed"),
            (Method::PATCH, "/api/config", 405, "method_not_allowed"),
            (Method::OPTIONS, "/api/config", 405, "method_not_allowed"),
        ] {
            let answer = send(&app, &method, path, site, origin).await;
            let (status, code) = if allowed {
                (status, code)
            } else {
                (403, "forbidden")
            };
            assert_eq!(
                answer.status.as_u16(),
                status,
                "{method} {path} {site:?} {origin:?}"
            );
            answer.assert_problem(status, code);
        }
    }
}

#[tokio::test]
async fn machines_are_answered_whatever_they_say_of_themselves() {
    let app = TestApp::start().await;
    for (site, origin, _) in MATRIX {
        for (method, path, status) in [
            (Method::GET, "/healthz", 200),
            (Method::GET, "/readyz", 200),
            (Method::GET, "/metrics", 200),
            (Method::POST, "/api/auth/backchannel-logout", 400),
        ] {
            let answer = send(&app, &method, path, site, origin).await;
            assert_eq!(answer.status.as_u16(), status, "{path} {site:?} {origin:?}");
        }
    }
}

#[tokio::test]
async fn only_this_application_can_sign_its_user_out() {
    let app = TestApp::start().await;
    for (site, origin, allowed) in MATRIX {
        for (method, status) in [(Method::GET, 302), (Method::POST, 303)] {
            let answer = send(
                &app,
                &method,
                "/api/auth/logout?tenant_name=acme",
                site,
                origin,
            )
            .await;
            let asks = method == Method::GET && site.is_none() && origin.is_none();
            let expected = match (allowed, asks) {
                (true, true) => 200,
                (true, false) => status,
                (false, _) => 403,
            };
            assert_eq!(
                answer.status.as_u16(),
                expected,
                "{method} {site:?} {origin:?}"
            );
            assert_eq!(
                answer.headers.contains_key(header::LOCATION),
                allowed && !asks,
                "{method} {site:?} {origin:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_link_of_another_site_signs_nobody_out_and_shows_a_page() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let answer = browser.open_from_another_site("/api/auth/logout").await;
    assert_eq!(answer.status, 403);
    assert_page(&answer);
    assert!(answer.set_cookies.is_empty());
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    assert!(app.provider.calls("/oauth2/revoke").await.is_empty());
}

pub fn assert_page(answer: &Answer) {
    assert_eq!(
        answer.headers[header::CONTENT_TYPE],
        "text/html; charset=utf-8"
    );
    assert!(
        answer.body.starts_with("<!doctype html>") && answer.body.contains("<a href=\"/\">"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_navigation_address_that_is_fetched_or_framed_is_refused_without_a_redirect() {
    let app = TestApp::start().await;
    for path in [
        "/api/auth/login?tenant_name=acme",
        "/api/auth/callback?code=a&state=b&tenant_name=acme",
        "/api/auth/logout",
    ] {
        for (mode, destination, page) in [
            ("cors", "empty", false),
            ("no-cors", "image", false),
            ("no-cors", "script", false),
            ("same-origin", "empty", false),
            ("websocket", "websocket", false),
            ("navigate", "iframe", true),
            ("navigate", "frame", true),
            ("navigate", "embed", true),
            ("navigate", "object", true),
        ] {
            let browser = app.signed_in().await;
            let request = browser
                .request(Method::GET, path)
                .header("sec-fetch-site", "same-origin");
            let answer = browser
                .send(
                    request
                        .header("sec-fetch-mode", mode)
                        .header("sec-fetch-dest", destination),
                )
                .await;
            assert_eq!(answer.status, 400, "{path} {mode} {destination}");
            assert!(
                !answer.headers.contains_key(header::LOCATION) && answer.set_cookies.is_empty(),
                "{path} {mode}"
            );
            if page {
                assert_page(&answer);
            } else {
                answer.assert_problem(400, "invalid_request");
            }
            assert_eq!(
                browser.fetch("/api/session").await.status,
                200,
                "{path} {mode}: still signed in"
            );
        }
    }
}

#[tokio::test]
async fn other_sites_may_link_to_the_login_and_the_provider_may_send_the_user_back() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = browser
        .open_from_another_site("/api/auth/login?tenant_name=acme")
        .await;
    assert!(login.asks_for_sign_in());
    assert_eq!(app.come_back(&browser, &login).await.location(), "/");
}

#[tokio::test]
async fn no_answer_lets_another_origin_read_it() {
    let app = TestApp::start().await;
    for method in [Method::GET, Method::OPTIONS] {
        let answer = send(
            &app,
            &method,
            "/api/session",
            Some("cross-site"),
            Some("https://evil.example"),
        )
        .await;
        assert!(
            !answer
                .headers
                .keys()
                .any(|name| name.as_str().starts_with("access-control-"))
        );
        assert_eq!(
            answer.headers["cross-origin-resource-policy"],
            "same-origin"
        );
    }
}
