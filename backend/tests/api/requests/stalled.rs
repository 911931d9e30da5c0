//! Requests that never end: cut off, on every route, and their size is bounded.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::harness::test_app::TestApp;

/// Longer than any machine takes to close a connection after its time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends what never ends, and waits until the connection is closed: the answer, and how long it
/// took.
async fn sent(app: &TestApp, request: &str) -> (String, Duration) {
    let host = app.origin.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    let request = request.replace("{host}", host);
    stream.write_all(request.as_bytes()).await.expect("sent");
    let (began, mut answer) = (Instant::now(), Vec::new());
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .unwrap_or_else(|_| panic!("still open: {request}"))
        .expect("closed in order");
    (String::from_utf8(answer).expect("text"), began.elapsed())
}

#[tokio::test]
async fn a_request_whose_header_or_body_stalls_is_cut_off() {
    let app = TestApp::with(&["--read-timeout=1s"]).await;
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    for (request, status) in [
        (
            "GET /api/session HTTP/1.1\r\nhost: {host}".to_owned(),
            "408",
        ),
        (
            format!(
                "POST /api/auth/backchannel-logout HTTP/1.1\r\nhost: \
                 {{host}}\r\n{form}content-length: 100\r\n\r\nlogout"
            ),
            "400",
        ),
        (
            format!(
                "POST /api/auth/backchannel-logout HTTP/1.1\r\nhost: \
                 {{host}}\r\n{form}transfer-encoding: chunked\r\n\r\n9\r\nlogout"
            ),
            "400",
        ),
    ] {
        let (answer, took) = sent(&app, &request).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(
            took >= Duration::from_millis(900),
            "it may take a second: {took:?}"
        );
    }
}

#[tokio::test]
async fn a_body_that_stalls_holds_no_connection_whatever_the_route() {
    let app = TestApp::with(&["--read-timeout=1s"]).await;
    for (method, path) in [
        ("GET", "/healthz"),
        ("POST", "/api/auth/logout"),
        ("POST", "/api/nothing"),
        ("GET", "/"),
    ] {
        for body in [
            "content-length: 100\r\n\r\nabc",
            "transfer-encoding: chunked\r\n\r\n9\r\nabc",
        ] {
            let request = format!("{method} {path} HTTP/1.1\r\nhost: {{host}}\r\n{body}");
            let (answer, _) = sent(&app, &request).await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
            assert!(answer.contains("nosniff"), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_body_beyond_the_setting_is_refused_and_one_within_is_read() {
    let app = TestApp::with(&["--max-body=1000"]).await;
    for (length, refused) in [(900, false), (1_100, true), (300_000, true)] {
        let body = format!("logout_token={}", "a".repeat(length));
        let length = body.len();
        let request = format!(
            "POST /api/auth/logout HTTP/1.1\r\nhost: {{host}}\r\nconnection: \
             close\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let (answer, _) = sent(&app, &request).await;
        assert_eq!(
            answer.starts_with("HTTP/1.1 400 "),
            refused,
            "{length}: {answer}"
        );
    }
}

#[tokio::test]
async fn a_header_may_take_as_long_as_was_set() {
    // Longer than the five seconds that Actix gives it by itself.
    let app = TestApp::with(&["--read-timeout=7s"]).await;
    let (answer, took) = sent(&app, "GET /api/session HTTP/1.1\r\nhost: {host}").await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(took >= Duration::from_secs(6), "{took:?}");
}

#[tokio::test]
async fn connections_beyond_the_setting_wait_until_others_are_closed() {
    const MOST: usize = 4;
    let app = TestApp::with(&["--max-connections=4"]).await;
    let host = app.origin.trim_start_matches("http://");
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\n\r\n");
    let mut connections = Vec::new();
    for _ in 0..=MOST {
        let mut stream = TcpStream::connect(host).await.expect("a connection");
        stream.write_all(request.as_bytes()).await.expect("sent");
        connections.push(stream);
    }
    let mut last = connections.pop().expect("one too many");
    for stream in &mut connections {
        assert_ne!(stream.read(&mut [0; 1024]).await.expect("read"), 0);
    }
    let waited = tokio::time::timeout(Duration::from_secs(1), last.readable()).await;
    assert!(waited.is_err(), "answered beside {MOST} others");
    drop(connections);
    let read = tokio::time::timeout(PATIENCE, last.read(&mut [0; 1024])).await;
    assert_ne!(read.expect("answered in the end").expect("read"), 0);
}

#[tokio::test]
async fn a_request_for_another_protocol_is_answered_at_once() {
    // Whoever waited for a body would wait longer than this test does.
    let app = TestApp::with(&["--read-timeout=10m"]).await;
    let websocket = "connection: Upgrade\r\nupgrade: websocket\r\n\r\n";
    for (request, status) in [
        ("GET /api/session HTTP/1.1\r\nhost: {host}\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: {host}\r\n", "400"),
        ("GET /api/nothing HTTP/1.1\r\nhost: {host}\r\n", "400"),
        (
            "GET /healthz HTTP/1.1\r\nhost: {host}\r\nUpgrade: WebSocket\r\n",
            "400",
        ),
        (
            "POST /api/auth/logout HTTP/1.1\r\nhost: {host}\r\ncontent-length: 9\r\n",
            "400",
        ),
    ] {
        let (answer, _) = sent(&app, &format!("{request}{websocket}")).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(answer.contains("nosniff"), "{answer}");
    }
    for target in ["{host}", "other.example:443", "/"] {
        let request = format!("CONNECT {target} HTTP/1.1\r\nhost: {{host}}\r\n\r\n");
        let (answer, _) = sent(&app, &request).await;
        assert!(answer.starts_with("HTTP/1.1 40"), "{answer}");
    }
}

#[tokio::test]
async fn an_upgrade_that_a_client_merely_offers_is_ignored() {
    let app = TestApp::start().await;
    for upgrade in ["h2c", "TLS/1.2", ""] {
        let request = format!(
            "GET /healthz HTTP/1.1\r\nhost: {{host}}\r\nconnection: close\r\nupgrade: \
             {upgrade}\r\n\r\n"
        );
        let (answer, _) = sent(&app, &request).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
}
