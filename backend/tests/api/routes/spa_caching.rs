//! Caching of the page's files by browsers and proxies.

use std::{collections::BTreeSet, fs};

use crate::harness::test_app::TestApp;

use super::spa::{built, get, start};

/// Pages and files whose content may change under the same address.
const CHANGING: [&str; 4] = ["/", "/index.html", "/profile", "/favicon.svg"];

async fn etag(app: &TestApp, path: &str, encoding: &str) -> String {
    let answer = get(app, path, "accept-encoding", encoding).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.headers["etag"].to_str().expect("text").to_owned()
}

#[tokio::test]
async fn a_page_that_is_not_changed_is_not_sent_again() {
    let folder = built();
    let app = start(&folder).await;
    for path in CHANGING {
        let etag = etag(&app, path, "identity").await;
        for (sent, status) in [
            (etag.clone(), 304),
            (format!("W/{etag}"), 304),
            (format!("\"another\", {etag}"), 304),
            ("\"another\"".to_owned(), 200),
            ("rubbish".to_owned(), 200),
            (String::new(), 200),
        ] {
            let answer = get(&app, path, "if-none-match", &sent).await;
            assert_eq!(answer.status.as_u16(), status, "{path} {sent}");
            assert_eq!(answer.body.is_empty(), status == 304, "{path} {sent}");
            assert_eq!(answer.headers["etag"], etag, "{path} {sent}");
            assert_eq!(answer.headers["cache-control"], "no-cache", "{path}");
            assert_eq!(answer.headers["vary"], "accept-encoding", "{path}");
        }
    }
}

#[tokio::test]
async fn an_etag_is_the_same_on_every_node_and_tells_nothing_but_the_content() {
    let (one, two) = (built(), built());
    let later = fs::read(two.path().join("dist/index.html")).expect("a page");
    fs::remove_file(two.path().join("dist/index.html")).expect("removed");
    fs::write(two.path().join("dist/index.html"), later).expect("another inode, another time");
    let (app, another) = (start(&one).await, start(&two).await);
    for path in CHANGING {
        let tag = etag(&app, path, "identity").await;
        assert_eq!(tag, etag(&another, path, "identity").await, "{path}");
        let answer = app.browser().fetch(path).await;
        assert!(!answer.headers.contains_key("last-modified"), "{path}");
    }
    fs::write(two.path().join("dist/index.html"), "<!doctype html>the ape").expect("a page");
    let changed = etag(&another, "/", "identity").await;
    assert_ne!(
        etag(&app, "/", "identity").await,
        changed,
        "of the same size"
    );
}

#[tokio::test]
async fn each_encoding_of_a_file_has_an_etag_of_its_own() {
    let folder = built();
    for (ending, text) in [(".br", "brotli"), (".gz", "gzip")] {
        let file = format!("dist/favicon.svg{ending}");
        fs::write(folder.path().join(file), text).expect("a file");
    }
    let app = start(&folder).await;
    let mut tags = BTreeSet::new();
    for encoding in ["identity", "br", "gzip"] {
        tags.insert(etag(&app, "/favicon.svg", encoding).await);
    }
    assert_eq!(tags.len(), 3);
}

#[tokio::test]
async fn every_file_says_that_its_encoding_was_chosen_for_this_browser() {
    let folder = built();
    let app = start(&folder).await;
    for path in [
        "/assets/app-1a2b.js",
        "/assets/style-3c4d.css",
        "/",
        "/profile",
    ] {
        for encoding in ["identity", "br", "gzip", "gzip, br", "deflate"] {
            let answer = get(&app, path, "accept-encoding", encoding).await;
            let vary = answer.headers.get_all("vary").iter().collect::<Vec<_>>();
            assert_eq!(vary, ["accept-encoding"], "{path} {encoding}");
        }
    }
}

#[tokio::test]
async fn a_hashed_asset_tells_neither_inode_nor_time() {
    let folder = built();
    let app = start(&folder).await;
    let answer = app.browser().fetch("/assets/app-1a2b.js").await;
    for name in ["etag", "last-modified"] {
        assert!(!answer.headers.contains_key(name), "{name}");
    }
}
