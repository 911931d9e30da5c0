//! Names and attributes of our cookies. That each is `HttpOnly`, `Secure`,
//! host-only, at most 4,096 bytes and, but for login attempts, `SameSite=Strict` is checked by the
//! browser of every other test (`browser.rs`).

use std::collections::BTreeSet;

use reqwest::{Method, header};

use crate::harness::{
    browser::{Answer, Browser},
    test_app::TestApp,
};

#[tokio::test]
async fn session_cookies_outlive_the_browser_as_long_as_the_session_may_and_no_longer() {
    let app = TestApp::with(&["--session-absolute-timeout=2h"]).await;
    let answer = app.sign_in(&app.browser()).await;
    let set: Vec<_> = answer
        .set_cookies
        .iter()
        .filter(|line| line.starts_with("__Host-Http-session"))
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
async fn on_http_loopback_cookies_are_plain_and_have_plain_names() {
    let app = TestApp::with(&["--cookie-secure=auto"]).await;
    let browser = Browser::with_plain_cookies(&app.origin);
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    assert!(
        login.set_cookies[0].starts_with("app-login."),
        "{:?}",
        login.set_cookies
    );
    assert_eq!(app.come_back(&browser, &login).await.location(), "/");
    assert!(browser.cookies().contains_key("app-session"));
    let all_plain = |cookies: &[String]| cookies.iter().all(|name| name.starts_with("app-session"));
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
        .assert_problem(401, "session_signed_out");
}

#[tokio::test]
async fn cookies_of_other_programs_on_localhost_are_left_alone() {
    let app = TestApp::with(&["--cookie-secure=auto"]).await;
    let others = [
        "session",
        "session.0",
        "login.x",
        "connect.sid",
        "app-sessions",
    ];
    let line = others.map(|name| format!("{name}=theirs")).join("; ");
    let (user, stranger) = (
        Browser::with_plain_cookies(&app.origin),
        Browser::with_plain_cookies(&app.origin),
    );
    app.sign_in(&user).await;
    for (browser, status) in [(&user, 200), (&stranger, 401)] {
        let cookies = format!("{line}; {}", browser.cookie_header());
        for path in ["/api/session", "/api/auth/login?tenant_name=acme"] {
            let request = browser
                .request(Method::GET, path)
                .header(header::COOKIE, &cookies);
            let answer = Browser::with_plain_cookies(&app.origin).send(request).await;
            assert!(answer.deleted_cookies().is_empty(), "{path}");
            if path == "/api/session" {
                assert_eq!(answer.status, status);
            }
        }
    }
}

#[tokio::test]
async fn a_plain_cookie_is_nothing_where_cookies_are_secure() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let plain = browser
        .cookies()
        .into_iter()
        .map(|(name, value)| (name.trim_start_matches("__Host-Http-").to_owned(), value));
    let tossed = app.browser();
    tossed.set_cookies(plain.collect());
    tossed
        .fetch("/api/session")
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test]
async fn on_https_cookies_are_secure_and_their_names_say_so() {
    let https = "--public-url=https://localhost:6001";
    let app = TestApp::with(&["--cookie-secure=auto", https]).await;
    app.signed_in().await;
    let login = app.browser().open("/api/auth/login?tenant_name=acme").await;
    let cookie = &login.set_cookies[0];
    assert!(cookie.starts_with("__Host-Http-login."), "{cookie}");
}

#[tokio::test]
async fn cookies_are_well_formed_and_set_once_in_an_answer() {
    let app = TestApp::start().await;
    app.provider.script(|script| script.token_length = 3_000);
    let browser = app.signed_in().await;
    let signed_in = app.sign_in(&browser).await;
    let signed_out = browser.open("/api/auth/logout").await;
    for Answer { set_cookies, .. } in [&signed_in, &signed_out] {
        assert!(set_cookies.len() > 2, "{set_cookies:?}");
        let pairs = set_cookies
            .iter()
            .filter_map(|line| line.split(';').next()?.split_once('='));
        let (names, values): (Vec<_>, Vec<_>) = pairs.unzip();
        // RFC 6265bis section 4.1.1: a token, and a value of which nothing needs quotes.
        let is_token = |name: &&str| {
            let plain = |c: u8| c.is_ascii_alphanumeric() || b"-._".contains(&c);
            name.bytes().all(plain)
        };
        let is_plain = |value: &&str| {
            let plain = |c: u8| c.is_ascii_graphic() && !b"\",;\\".contains(&c);
            value.bytes().all(plain)
        };
        assert!(names.iter().all(is_token), "{set_cookies:?}");
        assert!(values.iter().all(is_plain), "{set_cookies:?}");
        assert_eq!(
            names.iter().collect::<BTreeSet<_>>().len(),
            set_cookies.len()
        );
    }
}
