//! Services behind the backend: which requests reach them, with what, and what of the answers
//! reaches the browser.

mod audiences;
mod bodies;
mod budget;
mod client_gone;
mod ends;
mod failures;
mod headers;
mod limits;
mod paths;
mod refusals;
mod step_up;

use std::time::Duration;

use reqwest::Method;
use sessions::StoreKind;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::harness::{
    browser::{Answer, Browser},
    service::Service,
    test_app::TestApp,
};

/// An application with a service behind it.
async fn with_service(store: StoreKind, settings: &[&str]) -> (TestApp, Service) {
    let service = Service::start();
    let url = service.setting();
    let settings: Vec<_> = settings.iter().copied().chain([url.as_str()]).collect();
    (TestApp::on(store, &settings).await, service)
}

async fn post(browser: &Browser, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = browser.request(Method::POST, path).body(body);
    browser.send(request).await
}

/// Sends the head of a request on a new connection.
async fn begin(browser: &Browser, line: &str, headers: &[(&str, &str)]) -> TcpStream {
    let host = browser.origin().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    let mut head = format!(
        "{line} HTTP/1.1\r\nhost: {host}\r\ncookie: {}\r\n",
        browser.cookie_header()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream
}

/// Reads until the head of the answer is there, and gives its status.
async fn status(stream: &mut (impl AsyncReadExt + Unpin)) -> u16 {
    let mut answer = Vec::new();
    while !answer.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = timeout(Duration::from_secs(20), stream.read_buf(&mut answer)).await;
        assert_ne!(
            read.expect("an answer").expect("read"),
            0,
            "closed without an answer"
        );
    }
    let text = String::from_utf8_lossy(&answer);
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok());
    status.expect("a status")
}
