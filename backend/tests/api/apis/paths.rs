//! The allow list: however an address is spelled, and whatever the method and the headers say.

use sessions::StoreKind;

use super::{begin, status, with_service};
use crate::harness::{service::Service, test_app::TestApp};

/// Spellings, and the address that the service gets; `None`: nothing reaches it.
const SPELLINGS: [(&str, Option<&str>); 58] = [
    ("/api/orders", Some("/orders")),
    ("/api/orders?a=b&c=%2F..", Some("/orders?a=b&c=%2F..")),
    ("/api/orders/", Some("/orders/")),
    ("/api/orders/7", Some("/orders/7")),
    ("/api/orders/7/", Some("/orders/7/")),
    ("/api/orders/%37", Some("/orders/7")),
    ("/api/orders/a%20b", Some("/orders/a%20b")),
    ("/api/orders/a+b", Some("/orders/a+b")),
    ("/api/orders/%c3%a4", Some("/orders/%C3%A4")),
    ("/api/orders/.hidden", Some("/orders/.hidden")),
    ("/%61pi/orders/7", Some("/orders/7")),
    ("/api/%6frders/7", Some("/orders/7")),
    ("http://localhost/api/orders/7", Some("/orders/7")),
    ("/api/orders/..", None),
    ("/api/orders/../admin", None),
    ("/api/orders/./7", None),
    ("/api/orders/%2e%2e/admin", None),
    ("/api/orders/%2E%2E/admin", None),
    ("/api/orders/.%2e/admin", None),
    ("/api/orders/%252e%252e/admin", None),
    ("/api/orders/7/%2e%2e/%2e%2e/admin", None),
    ("/api/orders/..%2fadmin", None),
    ("/api/orders/..%252fadmin", None),
    ("/api/orders/7%2f..%2f..%2fadmin", None),
    ("/api/orders%2f7", None),
    ("/api/orders/..%5cadmin", None),
    ("/api/orders/..\\admin", None),
    ("/api/orders\\..\\admin", None),
    ("/api/orders/%5c%5cevil.example/", None),
    ("/api/orders/a.b", Some("/orders/a.b")),
    ("/api/orders/admin.", None),
    ("/api/orders/admin%2e", None),
    ("/api/orders/admin%20", None),
    ("/api/orders/%20admin", None),
    ("/api/orders/...", None),
    ("/api/orders/..%20/admin", None),
    ("/api/orders/%20../admin", None),
    ("/api/orders./7", None),
    ("/api/orders//admin", None),
    ("/api/orders//evil.example/", None),
    ("/api/orders/7//", None),
    ("/api/orders/;/admin", None),
    ("/api/orders/..;/admin", None),
    ("/api/orders/..;a=b/admin", None),
    ("/api/orders;/7", None),
    ("/api/orders/%3b/admin", None),
    ("/api/orders/%00", None),
    ("/api/orders/7%00.json", None),
    ("/api/orders/7%0d%0ax:y", None),
    ("/api/orders/7%23", None),
    ("/api/orders/7%3fadmin", None),
    ("/api/orders/%", None),
    ("/api/orders/%zz", None),
    ("/api/orders/%c0%ae%c0%ae/admin", None),
    ("/api/orders/%ef%bc%8e%ef%bc%8e/admin", None),
    ("/api/ordersx", None),
    ("/api//orders/7", None),
    ("/api/x/../orders/7", None),
];

/// Headers that move a request elsewhere at some servers.
const HEADERS: [&[(&str, &str)]; 4] = [
    &[],
    &[("x-original-url", "/admin"), ("x-rewrite-url", "/admin")],
    &[
        ("x-http-method-override", "DELETE"),
        ("x-method-override", "DELETE"),
        ("x-http-method", "DELETE"),
    ],
    &[
        ("x-forwarded-prefix", "/admin"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
    ],
];

#[tokio::test]
async fn no_spelling_of_an_address_leaves_the_allow_list() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    for (spelling, expected) in SPELLINGS {
        for headers in HEADERS {
            let line = format!("GET {spelling}");
            let status = status(&mut begin(&browser, &line, headers).await).await;
            if let Some(expected) = expected {
                assert_eq!(status, 200, "{spelling}");
                let received = service.take_one();
                assert_eq!(received.target, expected, "{spelling}");
                assert_eq!(received.method, "GET", "{spelling}");
            } else {
                assert!([400, 404].contains(&status), "{spelling}: {status}");
                assert!(service.received().is_empty(), "{spelling} reached it");
            }
        }
    }
}

#[tokio::test]
async fn only_listed_methods_reach_a_service_below_their_paths() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    for (path, allowed) in [
        ("/api/orders", "GET HEAD POST"),
        ("/api/orders/7", "GET HEAD POST"),
        ("/api/orders/attachments", "GET HEAD POST PUT"),
        ("/api/orders/attachments/7", "GET HEAD POST PUT"),
        ("/api/orders/attachmentsx", "GET HEAD POST"),
        ("/api/orders/7/attachments", "GET HEAD POST"),
        ("/api/orders/%61ttachments/7", "GET HEAD POST PUT"),
        ("/api/orders/attachments%2f7", ""),
        ("/api/orders/attachments/../7", ""),
    ] {
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get",
            "GETX",
        ] {
            let is_allowed = allowed.split(' ').any(|allowed| allowed == method);
            let headers = [("content-length", "0")];
            let line = format!("{method} {path}");
            let status = status(&mut begin(&browser, &line, &headers).await).await;
            let expected = if is_allowed { 200 } else { 404 };
            assert_eq!(status, expected, "{method} {path}");
            if is_allowed {
                assert_eq!(service.take_one().method, method, "{path}");
            } else {
                assert!(service.received().is_empty(), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn without_a_service_there_is_no_route_and_without_a_session_no_call() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let answer = browser.fetch("/api/orders/7").await;
    answer.assert_problem(404, "not_found");
    assert_eq!(
        browser.fetch("/api/config").await.json()["apis"],
        serde_json::json!([])
    );

    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let answer = app.browser().fetch("/api/orders/7").await;
    answer.assert_problem(401, "unauthenticated");
    assert!(service.received().is_empty());
    let config = app.browser().fetch("/api/config").await.json();
    assert_eq!(config["apis"], serde_json::json!(["orders"]));
}

#[tokio::test]
async fn a_service_below_a_path_of_its_own_gets_that_path() {
    let service = Service::start();
    for base in ["/shop/v1/orders", "/shop/v1/orders/"] {
        let setting = format!("--api-orders-url={}{base}", service.url);
        let app = TestApp::with(&[&setting]).await;
        let browser = app.signed_in().await;
        for (path, expected) in [("", ""), ("/7?x=1", "/7?x=1")] {
            assert_eq!(
                browser.fetch(&format!("/api/orders{path}")).await.status,
                200
            );
            let target = service.take_one().target;
            assert_eq!(target, format!("/shop/v1/orders{expected}"), "{base}");
        }
    }
}
