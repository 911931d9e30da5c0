//! Pages that a browser asks for before anybody opens them (prefetch, prerender): login, callback
//! and sign-out do nothing then.

use reqwest::{Method, header};
use sessions::StoreKind;

use crate::harness::{
    browser::{Answer, Browser},
    test_app::{TestApp, callback_path},
};

/// Headers of a request that the browser sends before its user does.
const SPECULATIVE: [(&str, &str); 10] = [
    ("sec-purpose", "prefetch"),
    ("sec-purpose", "prefetch;prerender"),
    ("sec-purpose", "prefetch; prerender"),
    ("sec-purpose", "prefetch;anonymous-client-ip"),
    ("sec-purpose", "Prefetch"),
    ("sec-purpose", "prerender"),
    ("purpose", "prefetch"),
    ("x-purpose", "preview"),
    ("x-purpose", "prefetch"),
    ("x-moz", "prefetch"),
];
/// Headers of these names that say nothing of the kind.
const ORDINARY: [(&str, &str); 4] = [
    ("sec-purpose", ""),
    ("sec-purpose", "prefetching"),
    ("purpose", "navigation"),
    ("x-moz", "livebookmarks"),
];

on_every_store! {
    a_speculative_request_signs_nobody_in_or_out,
}

/// An address asked for by the user, or ahead of the user, as `destination`.
async fn ask(
    browser: &Browser,
    method: Method,
    path: &str,
    header: (&str, &str),
    destination: &str,
) -> Answer {
    let request = browser
        .request(method, path)
        .header("sec-fetch-site", "none")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", destination)
        .header(header.0, header.1);
    browser.send(request).await
}

fn assert_refused(answer: &Answer, case: &str) {
    // 503: browsers throw it away, and ask again when the user opens the address.
    assert_eq!(answer.status, 503, "{case}: {}", answer.body);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{case}");
    assert!(!answer.headers.contains_key(header::LOCATION), "{case}");
    assert!(answer.set_cookies.is_empty(), "{case}");
    assert!(answer.body.starts_with("<!doctype html>"), "{case}");
}

async fn a_speculative_request_signs_nobody_in_or_out(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let callback = callback_path(&login);
    let calls = app.provider.server.received_requests().await;
    let calls = calls.expect("recorded").len();
    for header in SPECULATIVE {
        for (method, path) in [
            (Method::GET, "/api/auth/login?tenant_name=acme"),
            (
                Method::GET,
                "/api/auth/login?tenant_custom_domain=a.example",
            ),
            (Method::GET, callback.as_str()),
            (Method::GET, "/api/auth/callback?code=a"),
            (Method::GET, "/api/auth/logout"),
            (Method::HEAD, "/api/auth/logout"),
            (Method::POST, "/api/auth/logout"),
        ] {
            for destination in ["document", "empty"] {
                let case = format!("{method} {path} {header:?} {destination}");
                let is_head = method == Method::HEAD;
                let answer = ask(&browser, method.clone(), path, header, destination).await;
                if is_head {
                    assert_eq!(answer.status, 503, "{case}");
                } else {
                    assert_refused(&answer, &case);
                }
            }
        }
    }
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    let after = app.provider.server.received_requests().await;
    assert_eq!(after.expect("recorded").len(), calls, "nobody was asked");
    let answer = browser.come_back(&callback).await;
    assert_eq!(answer.location(), "/", "the attempt was not used");
}

#[tokio::test]
async fn a_speculative_request_of_another_site_is_answered_the_same() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for path in ["/api/auth/login", "/api/auth/logout"] {
        let request = browser
            .request(Method::GET, path)
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document")
            .header("sec-purpose", "prefetch;prerender");
        assert_refused(&browser.send(request).await, path);
    }
}

#[tokio::test]
async fn a_request_that_is_not_speculative_is_answered_whatever_these_headers_say() {
    let app = TestApp::start().await;
    for header in ORDINARY {
        let browser = app.signed_in().await;
        let path = "/api/auth/login?tenant_name=acme";
        let login = ask(&browser, Method::GET, path, header, "document").await;
        assert!(login.asks_for_sign_in(), "{header:?}");
        let logout = ask(
            &browser,
            Method::GET,
            "/api/auth/logout",
            header,
            "document",
        )
        .await;
        assert_eq!(logout.status, 302, "{header:?}");
        browser
            .fetch("/api/session")
            .await
            .assert_problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn what_a_page_asks_for_while_it_is_prerendered_is_answered() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    for path in ["/api/session", "/api/config", "/healthz"] {
        let request = browser
            .request(Method::GET, path)
            .header("sec-fetch-site", "same-origin")
            .header("sec-purpose", "prefetch;prerender");
        assert_eq!(browser.send(request).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_speculative_request_takes_nothing_of_the_limit() {
    let app = TestApp::with(&["--rate-limit=1"]).await;
    let browser = app.browser();
    let login = "/api/auth/login?tenant_name=acme";
    for _ in 0..5 {
        let prefetch = ("sec-purpose", "prefetch");
        let answer = ask(&browser, Method::GET, login, prefetch, "document").await;
        assert_refused(&answer, login);
    }
    assert!(browser.open(login).await.asks_for_sign_in());
}
