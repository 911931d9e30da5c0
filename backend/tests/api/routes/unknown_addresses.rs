//! `GET /*`: addresses that are no page of the single-page app.

use std::fs;

use reqwest::Method;

use super::spa::{built, get, start};

#[tokio::test]
async fn an_address_that_is_no_page_of_the_app_is_404_and_says_so_in_the_app() {
    let folder = built();
    let app = start(&folder).await;
    let page = app.browser().fetch("/").await;
    for path in [
        "/a/b/c?d=e",
        "/profiles",
        "/profile/more",
        "/users",
        "/users/ada/more",
        "/wp-login.php",
        "/%70rofil",
        "//profile",
    ] {
        let browser = app.browser();
        let answer = browser
            .send(
                browser
                    .request(Method::GET, path)
                    .header("accept", "text/html")
                    .header("if-none-match", page.headers["etag"].clone()),
            )
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.as_str()),
            (404, "<!doctype html>the app"),
            "{path}"
        );
        assert_eq!(
            answer.headers["content-type"], "text/html; charset=utf-8",
            "{path}"
        );
        assert_eq!(answer.headers["cache-control"], "no-cache", "{path}");
    }
}

#[tokio::test]
async fn an_app_whose_build_lists_no_pages_answers_every_address_with_the_page() {
    let folder = built();
    let app = start(&folder).await;
    for list in ["not a list", ""] {
        fs::write(folder.path().join("dist/pages.json"), list).expect("a file");
        let answer = get(&app, "/a/b/c", "accept", "text/html").await;
        assert_eq!(answer.status, 200, "{list}");
    }
}
