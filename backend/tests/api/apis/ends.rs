//! Sessions that end while a call is under way.

use std::time::Duration;

use reqwest::{Method, Response};
use sessions::StoreKind;
use tokio::{io::AsyncWriteExt, time::timeout};

use super::{begin, status, with_service};
use crate::{
    device::bound::{Bound, HTTPS, LIFE},
    harness::browser::Browser,
};

on_every_store! {
    an_event_stream_ends_with_the_bound_cookie_and_a_download_does_not,
}

async fn open(browser: &Browser, path: &str) -> Response {
    let response = browser.request(Method::GET, path).send().await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    response
}

/// Reads until the response breaks off.
async fn end_of(mut response: Response) {
    let end = async { while matches!(response.chunk().await, Ok(Some(_))) {} };
    timeout(Duration::from_secs(20), end)
        .await
        .expect("it ends");
}

#[tokio::test]
async fn no_call_goes_out_after_its_session_ended_while_the_body_arrived() {
    let (app, service) = with_service(StoreKind::Cookie, &["--read-timeout=10m"]).await;
    let browser = app.signed_in().await;
    let headers = [("content-length", "1000"), ("expect", "100-continue")];
    let mut stream = begin(&browser, "POST /api/orders", &headers).await;
    // Then the session has been found, and the body is awaited.
    assert_eq!(status(&mut stream).await, 100);
    stream.write_all(&[b'x'; 999]).await.expect("sent");
    let answer = browser.open("/api/auth/logout?tenant_name=acme").await;
    assert_eq!(answer.status, 302);
    stream.write_all(b"x").await.expect("sent");
    assert_eq!(status(&mut stream).await, 401);
    assert!(service.received().is_empty());
}

#[tokio::test]
async fn an_upload_breaks_off_when_its_session_ends() {
    let (app, service) = with_service(StoreKind::Cookie, &["--read-timeout=10m"]).await;
    let browser = app.signed_in().await;
    let line = "PUT /api/orders/attachments/7";
    let mut stream = begin(&browser, line, &[("content-length", "1000000")]).await;
    stream.write_all(&[b'x'; 200_000]).await.expect("sent");
    service.await_begun(1).await;
    let answer = browser.open("/api/auth/logout?tenant_name=acme").await;
    assert_eq!(answer.status, 302);
    assert_eq!(status(&mut stream).await, 401);
    assert!(!service.await_one().await.is_complete);
}

async fn an_event_stream_ends_with_the_bound_cookie_and_a_download_does_not(store: StoreKind) {
    let (app, service) = with_service(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    let events = open(&bound.browser, "/api/orders/events").await;
    let mut download = open(&bound.browser, "/api/orders/endless").await;
    app.clock.advance(LIFE);
    end_of(events).await;
    service.await_cut_off(1).await;
    let refused = bound.browser.fetch("/api/orders/events").await;
    refused.assert_problem(401, "device_proof_required");
    // More than all buffers on the way have.
    let mut received = 0;
    while received < 20_000_000 {
        let part = download.chunk().await.expect("it goes on");
        received += part.expect("it has no end").len();
    }
}

#[tokio::test]
async fn a_response_ends_when_it_is_unknown_which_sessions_were_ended() {
    let (mut app, service) = with_service(StoreKind::Redis, &[]).await;
    let browser = app.signed_in().await;
    let response = open(&browser, "/api/orders/events").await;
    let redis = app.redis.as_mut().expect("a redis");
    redis.kill();
    end_of(response).await;
    service.await_cut_off(1).await;
    redis.restart().await;
}
