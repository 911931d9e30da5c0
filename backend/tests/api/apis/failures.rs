//! Services that are dead, slow or odd: a problem document, and the session is kept.

use std::net::TcpListener;

use sessions::StoreKind;

use super::{post, with_service};
use crate::harness::test_app::TestApp;

#[tokio::test]
async fn a_dead_service_is_502_and_nobody_is_signed_out() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let app = TestApp::with(&[&format!("--api-orders-url=http://{address}/orders")]).await;
    let browser = app.signed_in().await;
    for length in [0, 1_000_000] {
        let answer = post(&browser, "/api/orders", vec![b'x'; length]).await;
        answer.assert_problem(502, "api_unavailable");
        assert!(answer.set_cookies.is_empty());
    }
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_service_that_does_not_answer_in_time_is_504() {
    let (app, service) = with_service(StoreKind::Cookie, &["--api-timeout=500ms"]).await;
    let browser = app.signed_in().await;
    let answer = browser.fetch("/api/orders/silent").await;
    answer.assert_problem(504, "api_timeout");
    service.await_cut_off(1).await;
    // A listener that accepts nothing.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let url = format!("--api-orders-url=http://{address}/orders");
    let app = TestApp::with(&["--api-timeout=500ms", &url]).await;
    let browser = app.signed_in().await;
    let answer = browser.fetch("/api/orders/7").await;
    answer.assert_problem(504, "api_timeout");
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_redirect_is_neither_followed_nor_passed_on() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    for status in [300, 301, 302, 303, 305, 307, 308] {
        let answer = browser
            .fetch(&format!("/api/orders/redirects/{status}"))
            .await;
        answer.assert_problem(502, "api_unavailable");
        assert!(!answer.headers.contains_key("location"), "{status}");
        assert!(!answer.body.contains("elsewhere"), "{status}");
        service.take_one();
    }
    let answer = browser.fetch("/api/orders/redirects/304").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (304, ""));
}

#[tokio::test]
async fn a_response_that_breaks_off_breaks_off_for_the_browser_too() {
    let (app, _service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    let request = browser.request(reqwest::Method::GET, "/api/orders/broken");
    let response = request.send().await.expect("a head");
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err(), "a part is no whole");
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_service_that_speaks_another_protocol_is_502() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let other = "HTTP/1.1 101 x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    for words in ["rubbish\r\n\r\n", "HTTP/1.1 99999 x\r\n\r\n", "", other] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let _ = connection.read(&mut [0; 4096]).await;
                let _ = connection.write_all(words.as_bytes()).await;
            }
        });
        let url = format!("--api-orders-url=http://{address}/orders");
        let app = TestApp::with(&[&url]).await;
        let browser = app.signed_in().await;
        let answer = browser.fetch("/api/orders/7").await;
        answer.assert_problem(502, "api_unavailable");
        serving.abort();
    }
}
