//! Bodies in both directions: complete, in constant memory, and cut off on the other side when one
//! side goes away.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use reqwest::Method;
use sessions::StoreKind;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::{begin, post, status, with_service};

/// More than all buffers of two connections together.
const MUCH: usize = 64 * 1024 * 1024;
const UPLOAD: &str = "/api/orders/attachments/7";

#[tokio::test]
async fn a_body_arrives_as_it_was_sent_whatever_its_length() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    for length in [0, 1, 16_384, 16_385, 65_536, 65_537, 1_000_000, 10_000_000] {
        let answer = post(&browser, "/api/orders", vec![b'x'; length]).await;
        assert_eq!(answer.status, 200, "{length}: {}", answer.body);
        let received = service.take_one();
        assert_eq!((received.length, received.is_complete), (length, true));
        let header = received.header("content-length").unwrap_or("0");
        assert_eq!(header, length.to_string());

        let chunked = [("transfer-encoding", "chunked")];
        let mut stream = begin(&browser, "POST /api/orders", &chunked).await;
        for part in vec![b'x'; length].chunks(50_000) {
            let size = format!("{:x}\r\n", part.len());
            let chunk = [size.as_bytes(), part, b"\r\n"].concat();
            stream.write_all(&chunk).await.expect("sent");
        }
        stream.write_all(b"0\r\n\r\n").await.expect("sent");
        assert_eq!(status(&mut stream).await, 200, "{length} in chunks");
        let received = service.take_one();
        assert_eq!((received.length, received.is_complete), (length, true));
    }
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_browser_that_does_not_read_slows_the_service_down_and_costs_no_memory() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    let mut stream = begin(&browser, "GET /api/orders/endless", &[]).await;
    assert_eq!(status(&mut stream).await, 200);
    let sent = service.await_standstill().await;
    assert!(sent < MUCH, "{sent} bytes are somewhere");
    // It goes on when the browser reads, and ends when it goes away.
    let mut read = vec![0; 8 * 1024 * 1024];
    for _ in 0..4 {
        stream.read_exact(&mut read).await.expect("more");
    }
    assert!(service.bytes_sent() > sent);
    drop(stream);
    service.await_cut_off(1).await;
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_service_that_does_not_read_slows_the_browser_down_and_is_504_in_the_end() {
    let (app, _service) = with_service(StoreKind::Cookie, &["--api-timeout=2s"]).await;
    let browser = app.signed_in().await;
    let line = "PUT /api/orders/attachments/unread";
    let length = MUCH.to_string();
    let setting = [("content-length", length.as_str())];
    let stream = begin(&browser, line, &setting).await;
    let (mut reads, mut writes) = stream.into_split();
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let sending = tokio::spawn(async move {
        let part = vec![0; 64 * 1024];
        while counted.load(SeqCst) < MUCH && writes.write_all(&part).await.is_ok() {
            counted.fetch_add(part.len(), SeqCst);
        }
    });
    assert_eq!(status(&mut reads).await, 504);
    let sent = sent.load(SeqCst);
    assert!(sent < MUCH, "{sent} bytes were taken");
    sending.abort();
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn an_upload_that_breaks_off_is_never_taken_for_complete() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    let framings = [
        ("content-length", "1000000"),
        ("transfer-encoding", "chunked"),
    ];
    for (count, framing) in (1..).zip(framings) {
        let line = format!("PUT {UPLOAD}");
        let mut stream = begin(&browser, &line, &[framing]).await;
        let part = vec![b'x'; 200_000];
        if framing.0 == "transfer-encoding" {
            stream.write_all(b"30d40\r\n").await.expect("sent");
        }
        stream.write_all(&part).await.expect("sent");
        service.await_begun(count).await;
        drop(stream);
        let received = service.await_one().await;
        assert!(!received.is_complete, "{framing:?}");
    }
}

#[tokio::test]
async fn an_upload_that_stalls_is_cut_off() {
    let (app, _service) = with_service(StoreKind::Cookie, &["--read-timeout=1s"]).await;
    let browser = app.signed_in().await;
    for sent in [0, 100, 100_000] {
        let line = format!("PUT {UPLOAD}");
        let mut stream = begin(&browser, &line, &[("content-length", "1000000")]).await;
        stream.write_all(&vec![b'x'; sent]).await.expect("sent");
        assert_eq!(status(&mut stream).await, 400, "after {sent} bytes");
    }
}

#[tokio::test]
async fn a_body_that_trickles_is_cut_off_before_any_call() {
    let (app, service) = with_service(StoreKind::Cookie, &["--read-timeout=1s"]).await;
    let browser = app.signed_in().await;
    let length = [("content-length", "1000000")];
    let stream = begin(&browser, "POST /api/orders", &length).await;
    let (mut reads, mut writes) = stream.into_split();
    let trickle = tokio::spawn(async move {
        while writes.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    assert_eq!(status(&mut reads).await, 400);
    trickle.abort();
    assert!(service.received().is_empty());
}

#[tokio::test]
async fn a_body_beyond_the_setting_is_refused_before_any_call_if_it_says_so() {
    let (app, service) = with_service(StoreKind::Cookie, &["--api-max-body=100000"]).await;
    let browser = app.signed_in().await;
    let answer = post(&browser, "/api/orders", vec![b'x'; 100_000]).await;
    assert_eq!(answer.status, 200);
    service.take_one();
    let line = format!("PUT {UPLOAD}");
    let mut stream = begin(&browser, &line, &[("content-length", "100001")]).await;
    assert_eq!(status(&mut stream).await, 400);
    assert!(service.received().is_empty());

    let mut stream = begin(&browser, &line, &[("transfer-encoding", "chunked")]).await;
    let chunk = [
        b"186a1\r\n".as_slice(),
        &vec![b'x'; 100_001],
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    stream.write_all(&chunk).await.expect("sent");
    assert_eq!(status(&mut stream).await, 400);
    assert!(
        service
            .received()
            .iter()
            .all(|received| !received.is_complete)
    );
}

#[tokio::test]
async fn a_body_of_a_refused_request_is_not_waited_for() {
    let (app, service) = with_service(StoreKind::Cookie, &["--read-timeout=10m"]).await;
    let (nobody, ada) = (app.browser(), app.signed_in().await);
    for (browser, line, headers, expected) in [
        (&nobody, "PUT /api/orders/attachments/7", vec![], 401),
        (&ada, "PUT /api/orders/7", vec![], 404),
        (&ada, "DELETE /api/orders/7", vec![], 404),
        (&ada, "PUT /api/orders/attachments/../7", vec![], 404),
        (
            &ada,
            "POST /api/orders",
            vec![("sec-fetch-site", "cross-site")],
            403,
        ),
    ] {
        let length = [("content-length", "1000000")];
        let headers = [&headers[..], &length].concat();
        let mut stream = begin(browser, line, &headers).await;
        stream.write_all(b"a part").await.expect("sent");
        assert_eq!(status(&mut stream).await, expected, "{line}");
        let mut rest = Vec::new();
        let closed = timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "{line}: the connection is still open");
    }
    assert!(service.received().is_empty());
}

#[tokio::test]
async fn other_routes_read_bodies_within_their_own_limit() {
    let (app, _service) = with_service(StoreKind::Cookie, &["--max-body=1000"]).await;
    let browser = app.signed_in().await;
    let request = browser.request(Method::PUT, "/api/preferences");
    let answer = browser.send(request.body(vec![b'x'; 1_001])).await;
    answer.assert_problem(400, "invalid_request");
    // A spelling that is read before its route stays within it, too.
    let answer = post(&browser, "/api/%6frders", vec![b'x'; 1_001]).await;
    answer.assert_problem(400, "invalid_request");
}

#[tokio::test]
async fn events_arrive_one_by_one_and_end_with_the_session() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    let request = browser.request(Method::GET, "/api/orders/events");
    let mut response = request.send().await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let event = response.chunk().await.expect("an event");
    assert_eq!(event.as_deref(), Some(b"data: 1\n\n".as_slice()));
    let answer = browser.open("/api/auth/logout?tenant_name=acme").await;
    assert_eq!(answer.status, 302);
    let end = timeout(Duration::from_secs(20), response.chunk()).await;
    assert!(!matches!(end.expect("it ends"), Ok(Some(_))));
    service.await_cut_off(1).await;
}
