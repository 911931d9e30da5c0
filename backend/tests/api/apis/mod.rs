//! Services behind the backend: which requests reach them, with what, and what of the answers
//! reaches the browser.

mod audiences;
mod bodies;
mod budget;
mod ends;
mod failures;
mod headers;
mod limits;
mod paths;
mod refusals;
mod step_up;

use reqwest::Method;
use sessions::StoreKind;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
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

/// A request as no client library would send it: its status, and the connection after the head.
async fn raw(
    app: &TestApp,
    browser: &Browser,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
) -> u16 {
    let mut stream = begin(app, browser, &format!("{method} {target}"), headers).await;
    let mut answer = Vec::new();
    while !answer.windows(2).any(|two| two == b"\r\n") {
        let read = stream.read_buf(&mut answer).await.expect("read");
        assert_ne!(read, 0, "closed after {method} {target}");
    }
    let text = String::from_utf8_lossy(&answer);
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok());
    status.expect("a status")
}

/// Sends the head of a request on a new connection.
async fn begin(
    app: &TestApp,
    browser: &Browser,
    line: &str,
    headers: &[(&str, &str)],
) -> TcpStream {
    let host = app.origin.trim_start_matches("http://");
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
