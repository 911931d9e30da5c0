//! Login attempts: several side by side, at most three, each for ten minutes, in the browser that began it.

use std::time::Duration;

use crate::harness::{browser::Answer, test_app::TestApp};

#[tokio::test]
async fn tabs_that_sign_in_side_by_side_all_succeed_and_land_where_each_wanted() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut tabs = Vec::new();
    for page in ["%2Fone", "%2Ftwo", "%2Fthree"] {
        tabs.push(
            browser
                .open(&format!(
                    "/api/auth/login?tenant_name=acme&return_url={page}"
                ))
                .await,
        );
    }
    for (tab, page) in tabs.iter().zip(["/one", "/two", "/three"]).rev() {
        assert_eq!(app.come_back(&browser, tab).await.location(), page);
        assert_eq!(browser.fetch("/api/session").await.status, 200);
    }
    assert!(login_cookies(&browser.cookies().into_keys().collect::<Vec<_>>()).is_empty());
}

#[tokio::test]
async fn a_fourth_attempt_takes_the_place_of_the_oldest() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut attempts = Vec::new();
    for _ in 0..4 {
        attempts.push(browser.open("/api/auth/login?tenant_name=acme").await);
        app.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(
        attempts[3].deleted_cookies(),
        [set_cookie_name(&attempts[0])]
    );
    assert_eq!(
        login_cookies(&browser.cookies().into_keys().collect::<Vec<_>>()).len(),
        3
    );
    for attempt in &attempts[1..] {
        assert_eq!(app.come_back(&browser, attempt).await.location(), "/");
    }
    assert!(
        app.come_back(&browser, &attempts[0])
            .await
            .asks_for_sign_in(),
        "the oldest was forgotten"
    );
}

#[tokio::test]
async fn login_cookies_that_cannot_be_read_make_room_first() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let good = browser.open("/api/auth/login?tenant_name=acme").await;
    let mut cookies = browser.cookies();
    for number in 0..20 {
        cookies.insert(format!("__Host-login.junk{number}"), "junk".to_owned());
    }
    browser.set_cookies(cookies);
    let another = browser.open("/api/auth/login?tenant_name=acme").await;
    assert_eq!(
        login_cookies(&browser.cookies().into_keys().collect::<Vec<_>>()).len(),
        3
    );
    for attempt in [&good, &another] {
        assert_eq!(app.come_back(&browser, attempt).await.location(), "/");
    }
}

#[tokio::test]
async fn an_attempt_is_good_for_ten_minutes() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    assert!(
        login.set_cookies[0].contains("Max-Age=600;")
            || login.set_cookies[0].ends_with("Max-Age=600")
    );
    app.clock.advance(Duration::from_secs(599));
    assert_eq!(app.come_back(&browser, &login).await.location(), "/");
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    app.clock.advance(Duration::from_secs(600));
    assert!(app.come_back(&browser, &login).await.asks_for_sign_in());
    assert_eq!(
        app.provider.posted("/oauth2/token").await.len(),
        1,
        "the code of a late attempt is not exchanged"
    );
}

#[tokio::test]
async fn what_the_attempt_must_keep_secret_is_sealed() {
    let app = TestApp::start().await;
    let login = app
        .browser()
        .open("/api/auth/login?tenant_name=acme&return_url=%2Fprofile")
        .await;
    let cookie = &login.set_cookies[0];
    for name in ["state", "nonce"] {
        assert!(
            !cookie.contains(&login.location_parameter(name).expect(name)),
            "{name}"
        );
    }
    assert!(
        !cookie.contains("profile") && !cookie.contains("acme"),
        "{cookie}"
    );
}

fn login_cookies(names: &[String]) -> Vec<&String> {
    names
        .iter()
        .filter(|name| name.starts_with("__Host-login."))
        .collect()
}

fn set_cookie_name(answer: &Answer) -> &str {
    answer.set_cookies[0].split_once('=').expect("a cookie").0
}
