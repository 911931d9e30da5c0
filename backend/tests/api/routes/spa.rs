//! `GET /*`: the built single-page app.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use reqwest::Method;
use tempfile::TempDir;

use crate::harness::{browser::Answer, test_app::TestApp};

/// A built app in a folder that also holds something secret beside it.
pub fn built() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("secret.txt", "secret");
    write("dist/index.html", "<!doctype html>the app");
    write("dist/favicon.svg", "<svg/>");
    write(
        "dist/pages.json",
        r#"["/", "/profile", "/users/{id}", "/login-error"]"#,
    );
    write("dist/.hidden", "secret");
    for (ending, text) in [("", "plain"), (".br", "brotli"), (".gz", "gzip")] {
        write(&format!("dist/assets/app-1a2b.js{ending}"), text);
    }
    write("dist/assets/style-3c4d.css", "plain");
    folder
}

pub async fn start(folder: &TempDir) -> TestApp {
    TestApp::with(&[&format!(
        "--frontend-dist={}",
        folder.path().join("dist").display()
    )])
    .await
}

pub async fn get(app: &TestApp, path: &str, name: &str, value: &str) -> Answer {
    let browser = app.browser();
    browser
        .send(browser.request(Method::GET, path).header(name, value))
        .await
}

#[tokio::test]
async fn hashed_assets_are_cached_for_a_year_and_everything_else_is_asked_for_again() {
    let folder = built();
    let app = start(&folder).await;
    for (path, policy) in [
        ("/assets/app-1a2b.js", "public, max-age=31536000, immutable"),
        (
            "/assets/style-3c4d.css",
            "public, max-age=31536000, immutable",
        ),
        ("/assets/none.js", "no-cache"),
        ("/", "no-cache"),
        ("/index.html", "no-cache"),
        ("/profile", "no-cache"),
        ("/favicon.svg", "no-cache"),
    ] {
        assert_eq!(
            app.browser().fetch(path).await.headers["cache-control"],
            policy,
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_asset_comes_as_compressed_as_the_browser_can_read_it() {
    let folder = built();
    let app = start(&folder).await;
    for (accepted, encoding, body) in [
        ("gzip, deflate, br, zstd", Some("br"), "brotli"),
        ("br", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("gzip, br;q=0", Some("gzip"), "gzip"),
        ("identity", None, "plain"),
        ("deflate", None, "plain"),
    ] {
        let answer = get(&app, "/assets/app-1a2b.js", "accept-encoding", accepted).await;
        assert_eq!(answer.status, 200, "{accepted}");
        assert_eq!(answer.body, body, "{accepted}");
        assert_eq!(
            answer
                .headers
                .get("content-encoding")
                .map(|value| value.as_bytes()),
            encoding.map(str::as_bytes)
        );
        let content_type = answer.headers["content-type"].to_str().expect("text");
        assert!(
            content_type.starts_with("text/javascript"),
            "{accepted}: {content_type}"
        );
        if encoding.is_some() {
            assert_eq!(answer.headers["vary"], "accept-encoding", "{accepted}");
        }
    }
    let answer = get(&app, "/assets/style-3c4d.css", "accept-encoding", "br").await;
    assert_eq!(
        (answer.body.as_str(), answer.headers.get("content-encoding")),
        ("plain", None),
        "none was made"
    );
}

#[tokio::test]
async fn an_address_within_the_app_gets_the_page() {
    let folder = built();
    let app = start(&folder).await;
    for path in [
        "/",
        "/profile",
        "/profile/",
        "/Profile?d=e",
        "/users/ada@acme.example",
        "/login-error?reason=access_denied",
    ] {
        let answer = get(&app, path, "accept", "text/html").await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.as_str()),
            (200, "<!doctype html>the app"),
            "{path}"
        );
        assert_eq!(
            answer.headers["content-type"], "text/html; charset=utf-8",
            "{path}"
        );
    }
    let answer = app
        .browser()
        .send(app.browser().request(Method::HEAD, "/profile"))
        .await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
}

#[tokio::test]
async fn a_file_that_is_not_there_is_404_and_not_the_page() {
    let folder = built();
    let app = start(&folder).await;
    for path in ["/assets/none.js", "/assets/none", "/assets/", "/none.png"] {
        let answer = app.browser().fetch(path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn nothing_outside_the_built_app_is_served() {
    let folder = built();
    let app = start(&folder).await;
    for path in [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "//../secret.txt",
        "/%252e%252e/secret.txt",
        "/.%00./secret.txt",
        "/dist/../../secret.txt",
        "/.hidden",
    ] {
        let answer = raw_get(&app, path).await;
        assert!(answer.starts_with("HTTP/1.1 "), "{path}: {answer}");
        assert!(!answer.ends_with("secret"), "{path}: {answer}");
        assert!(!answer.starts_with("HTTP/1.1 5"), "{path}: {answer}");
    }
    assert!(
        raw_get(&app, "/favicon.svg").await.ends_with("<svg/>"),
        "what is inside is served like this"
    );
}

/// A request with the path as it is; a client would tidy it up.
async fn raw_get(app: &TestApp, path: &str) -> String {
    let (address, path) = (
        app.origin.trim_start_matches("http://").to_owned(),
        path.to_owned(),
    );
    tokio::task::spawn_blocking(move || exchange(&address, &path))
        .await
        .expect("an exchange")
}

fn exchange(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a timeout");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .expect("a request");
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn other_methods_than_get_and_head_are_refused() {
    let folder = built();
    let app = start(&folder).await;
    for path in ["/", "/profile", "/assets/app-1a2b.js"] {
        let browser = app.browser();
        browser
            .send(browser.request(Method::POST, path))
            .await
            .assert_problem(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn an_app_that_is_not_built_says_how_to_build_it_and_serves_nothing_else() {
    let folder = TempDir::new().expect("a folder");
    let app = start(&folder).await;
    for path in ["/", "/profile"] {
        let answer = app.browser().fetch(path).await;
        assert_eq!(answer.status, 503);
        assert!(answer.body.contains("npm run build"), "{}", answer.body);
    }
    // The tests run in this crate's folder.
    assert_eq!(app.browser().fetch("/Cargo.toml").await.status, 404);
    assert_eq!(app.browser().fetch("/api/config").await.status, 200);
}
