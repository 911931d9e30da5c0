//! What our cookies are called and how they are marked. That each is `HttpOnly`, `SameSite=Lax`,
//! `Secure`, host-only and at most 4,096 bytes is checked by the browser of every other test
//! (`browser.rs`).

use crate::harness::{browser::Browser, test_app::TestApp};

#[tokio::test]
async fn session_cookies_outlive_the_browser_as_long_as_the_session_may_and_no_longer() {
    let app = TestApp::with(&["--session-absolute-timeout=2h"]).await;
    let answer = app.sign_in(&app.browser()).await;
    let set: Vec<_> = answer
        .set_cookies
        .iter()
        .filter(|line| line.starts_with("__Host-session"))
        .collect();
    assert_eq!(set.len(), 2, "the id and one part");
    for line in set {
        assert!(
            line.split("; ")
                .any(|attribute| attribute == "Max-Age=7200"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn on_loopback_cookies_may_be_plain_and_then_have_plain_names() {
    let app = TestApp::with(&["--cookie-secure=off"]).await;
    let browser = Browser::with_plain_cookies(&app.origin);
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    assert!(
        login.set_cookies[0].starts_with("login."),
        "{:?}",
        login.set_cookies
    );
    assert_eq!(app.come_back(&browser, &login).await.location(), "/");
    assert!(browser.cookies().contains_key("session"));
    let all_plain = |cookies: &[String]| cookies.iter().all(|name| name.starts_with("session"));
    assert!(all_plain(
        &browser.cookies().into_keys().collect::<Vec<_>>()
    ));
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    let thief = Browser::with_plain_cookies(&app.origin);
    thief.set_cookies(browser.cookies());
    assert_eq!(browser.open("/api/auth/logout").await.status, 302);
    assert!(browser.cookies().is_empty());
    thief
        .fetch("/api/session")
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_plain_cookie_is_nothing_where_cookies_are_secure() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let plain = browser
        .cookies()
        .into_iter()
        .map(|(name, value)| (name.trim_start_matches("__Host-").to_owned(), value));
    let tossed = app.browser();
    tossed.set_cookies(plain.collect());
    tossed
        .fetch("/api/session")
        .await
        .assert_problem(401, "unauthenticated");
}
