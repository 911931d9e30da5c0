//! However an address is spelled, what guards it stands where the router leads.

use std::fs;

use reqwest::Method;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::cross_site::assert_page;
use crate::harness::{browser::Browser, test_app::TestApp};

/// Routes for this application's own pages only.
const GUARDED: [&str; 8] = [
    "/api/auth/logout",
    "/api/auth/token",
    "/api/session",
    "/api/sessions",
    "/api/profile",
    "/api/admin/node",
    "/api/config",
    "/api/openapi.json",
];
/// Routes that may be opened from anywhere, but not be fetched or framed.
const OPENED: [&str; 2] = ["/api/auth/login", "/api/auth/callback"];

/// Headers of requests that another site made a browser send.
const FOREIGN: [&[(&str, &str)]; 5] = [
    &[
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ],
    &[
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-dest", "image"),
    ],
    &[
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-dest", "empty"),
    ],
    &[("origin", "http://evil.example")],
    &[("origin", "null")],
];
/// The same, for an address that may be opened from there: they do not open it.
const NOT_OPENED: [&[(&str, &str)]; 2] = [
    &[
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-dest", "image"),
    ],
    &[
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "iframe"),
    ],
];

/// Every letter of the path encoded, in each way, and paths that lead to the same place elsewhere.
fn spellings(path: &str) -> Vec<String> {
    let mut spelled = vec![
        path.to_owned(),
        format!("{path}/"),
        format!("{path}//"),
        format!("{path}/."),
        format!("{path};a=b"),
        format!("{path}%00"),
        format!("{path}%20"),
        format!("/{path}"),
        format!("/.{path}"),
        format!("/x/..{path}"),
        format!("http://localhost{path}"),
        path.replace('/', "//"),
        path.replace('/', "/./"),
        format!("/{}", path[1..].replace('/', "%2f")),
        format!("/{}", path[1..].replace('/', "\\")),
        path.to_uppercase(),
    ];
    for (at, letter) in path.char_indices().skip(1) {
        let (before, after) = (&path[..at], &path[at + letter.len_utf8()..]);
        let (lower, upper) = (
            format!("{:02x}", letter as u8),
            format!("{:02X}", letter as u8),
        );
        for code in [
            format!("%{lower}"),
            format!("%{upper}"),
            format!("%25{lower}"),
        ] {
            spelled.push(format!("{before}{code}{after}"));
        }
    }
    spelled
}

/// A connection on which an address can be sent that no client library would.
struct Line {
    stream: TcpStream,
    host: String,
    cookies: String,
}

impl Line {
    async fn to(app: &TestApp, browser: &Browser) -> Self {
        let host = app.origin.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await.expect("a connection");
        Self {
            stream,
            host,
            cookies: browser.cookie_header(),
        }
    }

    /// Sends a request and gives the head of the answer, in lower case.
    async fn head(&mut self, method: &Method, target: &str, headers: &[(&str, &str)]) -> String {
        let mut request = format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n",
            self.host, self.cookies
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("content-length: 0\r\n\r\n");
        self.stream
            .write_all(request.as_bytes())
            .await
            .expect("sent");
        let mut answer = Vec::new();
        let head = loop {
            if let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            let read = self.stream.read_buf(&mut answer).await.expect("read");
            assert_ne!(read, 0, "closed after {method} {target}");
        };
        let text = String::from_utf8_lossy(&answer[..head]).to_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().expect("a number"));
        while answer.len() < head + 4 + length {
            assert_ne!(self.stream.read_buf(&mut answer).await.expect("read"), 0);
        }
        text
    }
}

/// An application with a page, for what is no address of `/api`.
async fn with_page(setting: &str) -> (TestApp, TempDir) {
    let dist = TempDir::new().expect("a folder");
    fs::write(dist.path().join("index.html"), "<!doctype html>").expect("a page");
    let frontend = format!("--frontend-dist={}", dist.path().display());
    (TestApp::with(&[&frontend, setting]).await, dist)
}

/// None of these requests may reach what the address leads to.
async fn assert_refused(app: &TestApp, paths: &[&str], kinds: &[&[(&str, &str)]]) {
    let browser = app.signed_in().await;
    let mut line = Line::to(app, &browser).await;
    for target in paths.iter().flat_map(|path| spellings(path)) {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            for headers in kinds {
                let answer = line.head(&method, &target, headers).await;
                let status = &answer[9..12];
                // Any other address is the page, or 404.
                let page = status == "200" && answer.contains("content-type: text/html");
                assert!(
                    page || ["400", "403", "404", "405"].contains(&status),
                    "{method} {target} {headers:?}: {answer}"
                );
                assert!(
                    !answer.contains("\nlocation:") && !answer.contains("\nset-cookie:"),
                    "{method} {target} {headers:?}: {answer}"
                );
            }
        }
    }
    assert_eq!(
        browser.fetch("/api/session").await.status,
        200,
        "still signed in"
    );
}

#[tokio::test]
async fn no_spelling_of_an_address_gets_a_foreign_request_past_its_guard() {
    let (app, _dist) = with_page("--token-endpoint=on").await;
    assert_refused(&app, &GUARDED, &FOREIGN).await;
}

#[tokio::test]
async fn no_spelling_of_an_address_for_navigation_can_be_fetched_or_framed() {
    let (app, _dist) = with_page("--token-endpoint=off").await;
    assert_refused(&app, &OPENED, &NOT_OPENED).await;
}

#[tokio::test]
async fn whoever_is_refused_sees_a_page_however_the_address_is_spelled() {
    let (app, _dist) = with_page("--token-endpoint=off").await;
    for path in [
        "/api/auth/logout",
        "/api/auth/%6cogout",
        "/%61pi/auth/logout",
    ] {
        let answer = app.browser().open_from_another_site(path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_page(&answer);
    }
}
