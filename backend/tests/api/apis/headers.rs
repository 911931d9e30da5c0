//! The headers of requests and responses: the table of what passes is complete.

use reqwest::{Method, header};
use sessions::StoreKind;

use super::{post, with_service};
use crate::harness::browser::Browser;

/// What a browser, a proxy or an attacker may send, and whether the service gets it.
const SENT: [(&str, &str, bool); 35] = [
    ("accept", "application/json", true),
    ("accept-encoding", "br, gzip", false),
    ("accept-language", "en", true),
    ("authorization", "Bearer of-the-client", false),
    ("connection", "keep-alive, x-secret", false),
    ("content-type", "application/json", true),
    ("expect", "100-continue", false),
    ("forwarded", "for=10.0.0.1;host=evil.example", false),
    ("from", "somebody@evil.example", false),
    ("idempotency-key", "1", true),
    ("if-match", "\"1\"", true),
    ("if-none-match", "\"2\"", true),
    ("keep-alive", "timeout=5", false),
    ("last-event-id", "7", true),
    ("max-forwards", "1", false),
    ("origin", "{own}", false),
    ("proxy-authorization", "Basic eDp5", false),
    ("proxy-connection", "keep-alive", false),
    ("range", "bytes=0-9", true),
    ("referer", "http://evil.example/", false),
    ("sec-fetch-mode", "cors", false),
    ("sec-fetch-site", "same-origin", false),
    ("te", "trailers", false),
    ("trailer", "x-late", false),
    ("upgrade", "h2c", false),
    ("user-agent", "browser/1.0", false),
    ("via", "1.1 evil", false),
    ("x-api-key", "secret", false),
    ("x-forwarded-for", "10.0.0.1", false),
    ("x-forwarded-host", "evil.example", false),
    ("x-forwarded-proto", "https", false),
    ("x-forwarded-user", "root", false),
    ("x-real-ip", "10.0.0.1", false),
    ("x-secret", "hop by hop", false),
    ("x-user-id", "root", false),
];

async fn send_all(browser: &Browser, names: &[(&str, &str, bool)]) {
    let mut request = browser.request(Method::POST, "/api/orders").body("{}");
    if names.iter().all(|(name, ..)| *name != "sec-fetch-site") {
        request = request.header("sec-fetch-site", "same-origin");
    }
    for (name, value, _) in names {
        request = request.header(*name, value.replace("{own}", browser.origin()));
    }
    let answer = browser.send(request).await;
    assert_eq!(answer.status, 200, "{names:?}: {}", answer.body);
}

#[tokio::test]
async fn a_service_gets_listed_headers_and_no_other() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    let own_token = format!("Bearer access-1-{}", "x".repeat(200));
    // One by one, and all that can be sent together.
    let mut cases: Vec<_> = SENT.iter().map(std::slice::from_ref).collect();
    let together: Vec<_> = SENT
        .into_iter()
        .filter(|(name, ..)| *name != "expect")
        .collect();
    cases.push(&together);
    for case in cases {
        send_all(&browser, case).await;
        let received = service.take_one();
        for (name, value) in &received.headers {
            let sent = case
                .iter()
                .find(|(sent, _, passes)| sent == name && *passes);
            match (name.as_str(), sent) {
                (_, Some((_, sent, _))) => assert_eq!(value, sent, "{name}"),
                ("authorization", None) => assert_eq!(value, &own_token),
                ("host", None) => assert!(service.url.ends_with(value.as_str()), "{value}"),
                ("user-agent", None) => assert!(value.starts_with("actix-sessions/"), "{value}"),
                ("accept-encoding", None) => assert_eq!(value, "identity"),
                ("accept", None) => assert_eq!(value, "*/*"),
                ("content-length", None) => assert_eq!(value, "2"),
                _ => panic!("{name}: {value} reached the service, of {case:?}"),
            }
        }
        for (name, _, passes) in case {
            assert!(
                !passes || received.header(name).is_some(),
                "{name} is missing"
            );
        }
    }
}

#[tokio::test]
async fn a_header_that_is_sent_twice_is_passed_on_as_it_is_or_not_at_all() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    let request = browser
        .request(Method::GET, "/api/orders/7")
        .header("authorization", "Bearer one")
        .header("authorization", "Bearer two")
        .header("cookie", "other=1");
    browser.send(request).await;
    let received = service.take_one();
    assert_eq!(received.token(), "access-1-");
    let count = |name: &str| {
        received
            .headers
            .iter()
            .filter(|(known, _)| known == name)
            .count()
    };
    assert_eq!((count("authorization"), count("cookie")), (1, 0));
}

/// What the browser may get of a service's response.
const RECEIVED: [&str; 7] = [
    "accept-ranges",
    "content-disposition",
    "content-language",
    "content-length",
    "content-type",
    "etag",
    "last-modified",
];

#[tokio::test]
async fn a_browser_gets_listed_headers_and_the_rest_is_as_on_our_own_routes() {
    let (app, _service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    let own = browser.fetch("/api/session").await;
    let answer = browser.fetch("/api/orders/headers").await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.body, "<script src=x.js></script>");
    assert!(answer.set_cookies.is_empty(), "{:?}", answer.set_cookies);
    for (name, value) in &answer.headers {
        if RECEIVED.contains(&name.as_str()) || ["date", "server-timing"].contains(&name.as_str()) {
            continue;
        }
        match name.as_str() {
            "content-security-policy" => {
                let policy = value.to_str().expect("text");
                assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"));
            }
            _ => assert_eq!(own.headers.get(name), Some(value), "{name}"),
        }
    }
    for name in RECEIVED {
        assert!(answer.headers.contains_key(name), "{name} is missing");
    }
    assert_eq!(answer.headers[header::CONTENT_TYPE], "text/html");
    assert_eq!(answer.headers["x-frame-options"], "DENY");
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn status_and_body_of_a_service_are_passed_on_also_of_its_errors() {
    let (app, _service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    for (path, status, body) in [
        ("7", 200, "{\"order\":7}"),
        ("missing", 404, "{\"error\":\"no order\"}"),
        ("failing", 500, "its own words"),
        ("nothing", 204, ""),
    ] {
        let answer = browser.fetch(&format!("/api/orders/{path}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.as_str()),
            (status, body)
        );
    }
    let head = browser
        .send(browser.request(Method::HEAD, "/api/orders/7"))
        .await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn another_site_reaches_no_service_and_reads_none() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    for (site, origin, destination, allowed) in [
        (Some("same-origin"), None, Some("empty"), true),
        (Some("none"), None, Some("document"), true),
        (Some("same-origin"), None, Some("image"), true),
        (Some("same-origin"), None, Some("script"), false),
        (Some("same-origin"), None, Some("style"), false),
        (Some("same-origin"), None, Some("iframe"), false),
        (Some("same-origin"), None, Some("object"), false),
        (Some("same-origin"), None, Some("worker"), false),
        (Some("same-origin"), None, Some("serviceworker"), false),
        (Some("same-origin"), None, Some("manifest"), false),
        (Some("cross-site"), None, Some("empty"), false),
        (Some("same-site"), None, Some("empty"), false),
        (Some("cross-site"), None, Some("document"), false),
        (Some("cross-site"), Some("{own}"), None, false),
        (None, Some("http://evil.example"), None, false),
        (None, Some("null"), None, false),
        (None, Some("{own}"), None, true),
        (None, None, None, true),
    ] {
        for method in [Method::GET, Method::POST] {
            let mut request = browser.request(method.clone(), "/api/orders/7");
            let origin = origin.map(|origin| origin.replace("{own}", &app.origin));
            for (name, value) in [
                ("sec-fetch-site", site),
                ("origin", origin.as_deref()),
                ("sec-fetch-dest", destination),
            ] {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
            let answer = browser.send(request).await;
            let case = format!("{method} {site:?} {origin:?} {destination:?}");
            if allowed {
                assert_eq!(answer.status, 200, "{case}");
                service.take_one();
            } else {
                assert_eq!(answer.status, 403, "{case}");
                answer.assert_problem(403, "forbidden");
                assert!(service.received().is_empty(), "{case}");
            }
        }
    }
}

#[tokio::test]
async fn changes_are_counted_as_those_of_our_own_routes() {
    let (app, service) = with_service(StoreKind::Cookie, &["--rate-limit=3"]).await;
    let browser = app.signed_in().await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(post(&browser, "/api/orders", "{}").await.status.as_u16());
    }
    assert_eq!(
        statuses.iter().filter(|status| **status == 429).count(),
        2,
        "{statuses:?}"
    );
    assert_eq!(service.received().len(), 3);
}
