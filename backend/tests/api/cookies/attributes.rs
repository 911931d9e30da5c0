//! What our cookies are called and how they are marked. That each is `HttpOnly`, `Secure`,
//! host-only, at most 4,096 bytes and, but for login attempts, `SameSite=Strict` is checked by the
//! browser of every other test (`browser.rs`).

use std::collections::BTreeSet;

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
async fn cookies_with_names_of_before_are_deleted_when_they_are_met() {
    let app = TestApp::start().await;
    let part = "__Host-session.Zq0bX1k3vTn5mS7yPd9uAw.0";
    let former = ["__Host-session", "__Host-session.0", part].map(str::to_owned);
    let put = |browser: &Browser| {
        let former = former.iter().map(|name| (name.clone(), "old".to_owned()));
        browser.set_cookies(browser.cookies().into_iter().chain(former).collect());
    };
    let (stranger, user) = (app.browser(), app.signed_in().await);
    for (browser, status) in [(&stranger, 401), (&user, 200)] {
        put(browser);
        let answer = browser.fetch("/api/session").await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(answer.deleted_cookies(), former);
    }
    assert!(stranger.cookies().is_empty());

    let attempt = "__Host-login.old".to_owned();
    user.set_cookies([(attempt.clone(), "old".to_owned())].into());
    let login = user.open("/api/auth/login?tenant_name=acme").await;
    assert_eq!(login.deleted_cookies(), [attempt]);
}

#[tokio::test]
async fn plain_cookies_on_loopback_delete_secure_ones_of_before() {
    let app = TestApp::with(&["--cookie-secure=auto"]).await;
    let browser = Browser::with_plain_cookies(&app.origin);
    let before = ["__Host-Http-session", "__Host-session"].map(str::to_owned);
    browser.set_cookies(before.clone().map(|name| (name, "old".to_owned())).into());
    let answer = browser.fetch("/api/session").await;
    assert_eq!(answer.deleted_cookies(), before);
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
