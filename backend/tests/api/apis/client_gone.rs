//! Clients that go away while nothing is sent to them: their calls end.

use std::time::Duration;

use sessions::StoreKind;
use socket2::SockRef;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{sleep, timeout},
};

use super::{begin, status, with_service};

/// Longer than a test: nothing ends by itself.
const SLOW: &[&str] = &["--api-timeout=10m", "--read-timeout=10m"];

#[tokio::test]
async fn a_client_that_goes_away_ends_its_call_before_the_service_answers() {
    let (app, service) = with_service(StoreKind::Cookie, SLOW).await;
    let browser = app.signed_in().await;
    for (count, length) in (1..).zip([0, 10, 100_000]) {
        let header = length.to_string();
        let length_header = [("content-length", header.as_str())];
        let line = "POST /api/orders/silent";
        let mut stream = begin(&browser, line, &length_header).await;
        stream.write_all(&vec![b'x'; length]).await.expect("sent");
        assert!(service.await_one().await.is_complete);
        drop(stream);
        service.await_cut_off(count).await;
    }
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_client_that_goes_away_ends_a_stream_that_is_silent() {
    let (app, service) = with_service(StoreKind::Cookie, SLOW).await;
    let browser = app.signed_in().await;
    let mut stream = begin(&browser, "GET /api/orders/events", &[]).await;
    assert_eq!(status(&mut stream).await, 200);
    drop(stream);
    service.await_cut_off(1).await;
}

#[tokio::test]
async fn a_client_that_aborts_ends_an_upload_that_the_service_does_not_read() {
    let settings = [SLOW, &["--api-concurrency=1"]].concat();
    let (app, service) = with_service(StoreKind::Cookie, &settings).await;
    let browser = app.signed_in().await;
    let line = "PUT /api/orders/attachments/unread";
    let length = [("content-length", "67108864")];
    let mut stream = begin(&browser, line, &length).await;
    let part = vec![0; 64 * 1024];
    // All buffers on the way are full when nothing more is taken.
    while let Ok(sent) = timeout(Duration::from_secs(1), stream.write_all(&part)).await {
        sent.expect("sent");
    }
    let refused = browser.fetch("/api/orders/7").await;
    refused.assert_problem(429, "rate_limited");
    // A reset, as the end of a connection comes behind its data.
    let socket = SockRef::from(&stream);
    socket.set_linger(Some(Duration::ZERO)).expect("an option");
    drop(stream);
    // The service has not read that the request broke off, but its place is free.
    let free = async {
        while browser.fetch("/api/orders/7").await.status == 429 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), free).await.expect("free");
    assert_eq!(service.received().len(), 1);
}

#[tokio::test]
async fn a_client_that_closes_its_sending_half_still_gets_a_short_response() {
    let (app, _service) = with_service(StoreKind::Cookie, SLOW).await;
    let browser = app.signed_in().await;
    let mut stream = begin(&browser, "GET /api/orders/7", &[]).await;
    stream.shutdown().await.expect("half closed");
    assert_eq!(status(&mut stream).await, 200);
}

#[tokio::test]
async fn the_next_request_on_a_connection_does_not_end_the_call_before_it() {
    let (app, service) = with_service(StoreKind::Cookie, SLOW).await;
    let browser = app.signed_in().await;
    let mut stream = begin(&browser, "GET /api/orders/held", &[]).await;
    service.await_begun(1).await;
    // It arrives while the connection is watched, which begins after a second.
    let next = "GET /api/session HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for byte in next.bytes() {
        stream.write_all(&[byte]).await.expect("sent");
        sleep(Duration::from_millis(30)).await;
    }
    service.release();
    let mut answers = String::new();
    let read = stream.read_to_string(&mut answers);
    let read = timeout(Duration::from_secs(20), read).await;
    read.expect("the end").expect("text");
    assert!(answers.starts_with("HTTP/1.1 200 "), "{answers}");
    assert!(answers.contains("HTTP/1.1 401 "), "{answers}");
}

#[cfg(target_os = "linux")]
mod descriptors {
    use std::fs;

    use storage::Clock;

    use super::*;
    use crate::harness::{
        browser::Browser, process::Process, provider::Provider, service::Service,
        test_app::callback_path,
    };

    fn open_files(process: &Process) -> usize {
        let folder = fs::read_dir(format!("/proc/{}/fd", process.id()));
        folder.expect("a process").count()
    }

    #[tokio::test]
    async fn a_connection_that_was_watched_leaves_no_file_descriptor() {
        let provider = Provider::start(Clock::default()).await;
        let service = Service::start();
        let url = format!("{}/orders", service.url);
        let settings = [
            ("API_ORDERS_URL", url.as_str()),
            ("API_TIMEOUT", "10m"),
            ("API_CONCURRENCY", "1000"),
            ("WORKERS", "1"),
        ];
        let (origin, process) = Process::serving(&provider, &settings);
        let browser = Browser::new(&origin);
        let login = browser.open("/api/auth/login?tenant_name=acme").await;
        assert_eq!(browser.open(&callback_path(&login)).await.location(), "/");
        assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
        let before = open_files(&process);
        let mut streams = Vec::new();
        for path in ["silent", "events"].repeat(10) {
            let line = format!("GET /api/orders/{path}");
            streams.push(begin(&browser, &line, &[]).await);
        }
        service.await_begun(21).await;
        assert!(open_files(&process) > before + 20);
        drop(streams);
        service.await_cut_off(20).await;
        let closed = async {
            while open_files(&process) > before + 10 {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let closed = timeout(Duration::from_secs(20), closed).await;
        closed.expect("closed");
        let log = process.kill();
        assert!(!log.contains("ERROR"), "{log}");
    }
}
