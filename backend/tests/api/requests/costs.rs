//! Requests without a session that cost something: counted by address and route, so that a flood on
//! one route does not block the others.

use reqwest::{Method, header};

use crate::{
    configuration::documents::routed_paths,
    harness::{browser::Browser, test_app::TestApp},
};

/// The most costly question that each route can be asked.
const QUERY: &str = "tenant_custom_domain=made-up.example&tenant_name=acme&code=a&state=b";
const LIMIT: usize = 10;
/// Far more than the limit.
const REQUESTS: usize = 60;

async fn send(browser: &Browser, method: Method, path: &str) -> u16 {
    let request = browser
        .request(method, path)
        .header("sec-fetch-site", "same-origin")
        // A browser that came before: nobody asks whether it keeps cookies.
        .header(header::COOKIE, "__Host-Http-login.other=junk")
        .form(&[("logout_token", "made up")]);
    browser.send(request).await.status.as_u16()
}

/// Opens an address until that is refused.
async fn exhaust(browser: &Browser, path: &str) {
    for _ in 0..REQUESTS {
        if browser.open(path).await.status == 429 {
            return;
        }
    }
    panic!("{path} is not limited");
}

async fn calls(app: &TestApp) -> usize {
    let requests = app.provider.server.received_requests().await;
    requests.expect("recorded").len()
}

#[tokio::test]
async fn nobody_without_a_session_makes_any_route_ask_the_provider_without_a_limit() {
    let app = TestApp::with(&["--rate-limit=10", "--token-endpoint=on"]).await;
    let browser = app.browser();
    // Documents that are read once for everybody: keys, SDK configuration.
    send(&browser, Method::GET, "/readyz").await;
    for path in routed_paths() {
        let path = path.replace("{handle}", "x");
        for method in [Method::GET, Method::POST, Method::DELETE, Method::HEAD] {
            let before = calls(&app).await;
            for _ in 0..REQUESTS {
                send(&browser, method.clone(), &format!("{path}?{QUERY}")).await;
            }
            let asked = calls(&app).await - before;
            // The provider's own route may be called ten times as often, which costs nothing more.
            let documents_read_anew = 4;
            assert!(
                asked <= LIMIT + documents_read_anew,
                "{method} {path}: {asked} calls"
            );
        }
    }
}

#[tokio::test]
async fn sign_outs_without_a_session_are_limited_and_ask_the_provider_no_more_than_that() {
    let app = TestApp::with(&["--rate-limit=10"]).await;
    let browser = app.browser();
    let path = format!("/api/auth/logout?{QUERY}");
    let mut limited = 0;
    for _ in 0..200 {
        let answer = browser.open(&path).await;
        if answer.status == 429 {
            assert!(answer.body.contains("<h1>Too many requests</h1>"));
            assert!(answer.headers.contains_key(header::RETRY_AFTER));
            limited += 1;
        }
    }
    assert!(limited > 150, "{limited}");
    let asked = app.provider.calls("/custom-domains/validate").await.len();
    assert!(asked <= LIMIT + 2, "{asked}");
}

#[tokio::test]
async fn signing_out_with_a_session_is_free_whatever_others_did_from_this_address() {
    let app = TestApp::with(&["--rate-limit=3"]).await;
    let users = [app.signed_in().await, app.signed_in().await];
    let stranger = app.browser();
    exhaust(&stranger, "/api/auth/logout").await;
    for user in users {
        assert_eq!(user.open("/api/auth/logout").await.status, 302);
        let session = user.fetch("/api/session").await;
        session.assert_problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn noise_on_any_route_locks_nobody_out_of_another() {
    let app = TestApp::with(&["--rate-limit=4"]).await;
    let user = app.signed_in().await;
    let stranger = app.browser();
    let login = "/api/auth/login";
    for path in routed_paths().into_iter().filter(|path| path != login) {
        let path = path.replace("{handle}", "x");
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            for _ in 0..45 {
                send(&stranger, method.clone(), &format!("{path}?{QUERY}")).await;
            }
        }
    }
    // From the same address: somebody signs in, uses the session, and signs out.
    let another = app.signed_in().await;
    assert_eq!(another.fetch("/api/session").await.status, 200);
    assert_eq!(another.open("/api/auth/logout").await.status, 302);
    assert_eq!(user.open("/api/auth/logout").await.status, 302);
}

#[tokio::test]
async fn noise_on_the_login_locks_nobody_out_of_what_is_no_login() {
    let app = TestApp::with(&["--rate-limit=2"]).await;
    let user = app.signed_in().await;
    let stranger = app.browser();
    let login = stranger.open("/api/auth/login?tenant_name=acme").await;
    exhaust(&stranger, "/api/auth/login").await;
    let slash = stranger.open("/api/auth/login/").await;
    assert_eq!(slash.status, 429, "the same route");
    assert_eq!(app.come_back(&stranger, &login).await.location(), "/");
    let report = send(&stranger, Method::POST, "/api/csp-reports").await;
    assert_eq!(report, 400, "read, and refused for what it says");
    let end = user.request(Method::DELETE, "/api/sessions?scope=others");
    assert_eq!(user.send(end).await.status, 204);
}
