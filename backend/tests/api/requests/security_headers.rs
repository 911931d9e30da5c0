//! Headers that every kind of answer carries.

use std::{fs, time::Duration};

use actix_web::{
    App,
    body::BoxBody,
    dev::{Service, ServiceRequest, ServiceResponse},
    error::PayloadError,
    middleware::{Next, from_fn},
};
use backend::{edge::Edge, request_body::BodyLimits};
use reqwest::Method;
use tempfile::TempDir;
use wiremock::ResponseTemplate;

use crate::harness::{browser::Answer, test_app::TestApp};

const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// One answer of each kind.
async fn answers(app: &TestApp) -> Vec<(&'static str, u16, Answer)> {
    let (browser, anonymous) = (app.signed_in().await, app.browser());
    let mut answers = Vec::new();
    for (kind, status, path) in [
        ("page", 200, "/"),
        ("deep link", 200, "/profile"),
        ("asset", 200, "/assets/app-1a2b.js"),
        ("no asset", 404, "/assets/none.js"),
        ("no name of a file", 404, "/.env"),
        ("no text", 404, "/api/%ff"),
        ("no text in a parameter", 405, "/api/sessions/%ff"),
        ("liveness", 200, "/healthz"),
        ("answer", 200, "/api/session"),
        ("nothing there", 404, "/api/nothing"),
    ] {
        answers.push((kind, status, browser.fetch(path).await));
    }
    answers.push(("not signed in", 401, anonymous.fetch("/api/session").await));
    answers.push((
        "to the provider",
        302,
        anonymous.open("/api/auth/login?tenant_name=acme").await,
    ));
    answers.push((
        "to the error page",
        302,
        anonymous.open("/api/auth/login?tenant_name=-").await,
    ));
    answers.push((
        "refused",
        403,
        browser.open_from_another_site("/api/auth/logout").await,
    ));
    answers.push(("misplaced", 400, browser.fetch("/api/auth/login").await));
    answers.push((
        "method",
        405,
        browser.send(browser.request(Method::POST, "/")).await,
    ));
    app.provider
        .instead("GET", "/oauth2/userinfo", ResponseTemplate::new(500))
        .await;
    answers.push(("provider down", 503, browser.fetch("/api/profile").await));
    answers.push(("signed out", 302, browser.open("/api/auth/logout").await));
    answers
}

fn dist() -> TempDir {
    let dist = TempDir::new().expect("a folder");
    fs::create_dir(dist.path().join("assets")).expect("a folder");
    fs::write(dist.path().join("index.html"), "<!doctype html>").expect("a page");
    fs::write(dist.path().join("assets/app-1a2b.js"), "").expect("an asset");
    dist
}

#[tokio::test]
async fn every_kind_of_answer_carries_the_security_headers() {
    let dist = dist();
    let app = TestApp::with(&[&format!("--frontend-dist={}", dist.path().display())]).await;
    for (kind, status, answer) in answers(&app).await {
        assert_eq!(answer.status.as_u16(), status, "{kind}: {}", answer.body);
        for (name, value) in ALWAYS {
            assert_eq!(
                answer.headers.get(name).map(|value| value.as_bytes()),
                Some(value.as_bytes()),
                "{kind}: {name}"
            );
        }
        assert!(
            answer.headers.contains_key("content-security-policy"),
            "{kind}"
        );
        assert!(
            !answer.headers.contains_key("strict-transport-security"),
            "{kind}: there is no https on loopback"
        );
        assert!(
            !answer.headers.contains_key("server") && !answer.headers.contains_key("x-powered-by"),
            "{kind}"
        );
    }
}

/// As Actix's extractors and other people's middleware may fail.
async fn failing(
    _: ServiceRequest,
    _: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    Err(PayloadError::Overflow.into())
}

#[actix_web::test]
async fn an_error_that_no_route_made_into_an_answer_carries_the_security_headers() {
    let body = BodyLimits {
        time: Duration::from_secs(1),
        size: 1,
    };
    let edge = Edge::new(false, body, None);
    let app = App::new().wrap(from_fn(failing)).wrap(edge);
    let app = actix_web::test::init_service(app).await;
    let request = actix_web::test::TestRequest::get().to_request();
    let error = app.call(request).await.expect_err("an error");
    let answer = error.error_response();
    assert_eq!(answer.status(), 413);
    for (name, value) in ALWAYS {
        let sent = answer.headers().get(name).map(|value| value.as_bytes());
        assert_eq!(sent, Some(value.as_bytes()), "{name}");
    }
}

#[tokio::test]
async fn what_no_file_can_be_named_is_a_problem_as_everywhere() {
    let dist = dist();
    let app = TestApp::with(&[&format!("--frontend-dist={}", dist.path().display())]).await;
    for path in ["/.env", "/.git/config", "/*"] {
        app.browser()
            .fetch(path)
            .await
            .assert_problem(404, "not_found");
    }
}

#[tokio::test]
async fn the_content_security_policy_allows_nothing_inline_and_no_frame() {
    let app = TestApp::start().await;
    let answer = app.browser().fetch("/healthz").await;
    let policy = answer.headers["content-security-policy"]
        .to_str()
        .expect("text");
    let directives: Vec<_> = policy.split(';').map(str::trim).collect();
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "connect-src 'self'",
        "report-uri /api/csp-reports",
    ] {
        assert!(directives.contains(&directive), "{directive} in {policy}");
    }
    for unsafe_source in [
        "unsafe-inline",
        "unsafe-eval",
        "*",
        "http:",
        "https:",
        "script-src 'self' data:",
    ] {
        assert!(
            !policy.contains(unsafe_source),
            "{unsafe_source} in {policy}"
        );
    }
}

#[tokio::test]
async fn https_is_made_to_stay_where_the_public_url_is_https() {
    let app = TestApp::with(&[
        "--public-url=https://app.example.com",
        "--client-id=local-client",
        "--client-secret=local-secret",
        "--session-secrets=0123456789abcdef0123456789abcdef",
    ])
    .await;
    for path in ["/", "/api/session", "/api/auth/login?tenant_name=acme"] {
        let answer = app.browser().open(path).await;
        assert_eq!(
            answer.headers["strict-transport-security"], "max-age=63072000; includeSubDomains",
            "{path}"
        );
    }
}
