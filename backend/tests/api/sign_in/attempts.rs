//! Login attempts: several side by side, at most three, each for ten minutes, in the browser that
//! began it.

use std::time::Duration;

use futures_util::future::{join, join_all};
use sessions::StoreKind;

use crate::harness::{
    LONG_STORE_TIMEOUT, REAL_STORE_TIMEOUT,
    browser::Answer,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

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
        cookies.insert(format!("__Host-Http-login.junk{number}"), "junk".to_owned());
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
        .filter(|name| name.starts_with("__Host-Http-login."))
        .collect()
}

fn set_cookie_name(answer: &Answer) -> &str {
    answer.set_cookies[0].split_once('=').expect("a cookie").0
}

async fn is_used_once_on_all_nodes(app: &TestApp) {
    let other = app.another_node(&[]).await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let replays: Vec<_> = (0..6)
        .map(|number| {
            let node = if number % 2 == 0 { app } else { &other };
            (node, node.copy_of(&browser))
        })
        .collect();
    let answers = replays
        .iter()
        .map(|(node, browser)| node.come_back(browser, &login));
    let answers = join_all(answers).await;
    let signed_in = answers.iter().filter(|answer| answer.location() == "/");
    assert_eq!(signed_in.count(), 1);
    let anew = answers.iter().filter(|answer| answer.asks_for_sign_in());
    assert_eq!(anew.count(), 5);
    let late = other.come_back(&other.copy_of(&browser), &login).await;
    assert!(late.asks_for_sign_in(), "{}", late.location());
    assert_eq!(
        app.provider.posted("/oauth2/token").await.len(),
        1,
        "the code is sent once"
    );
}

#[tokio::test]
async fn an_attempt_is_used_once_on_all_nodes_that_share_a_redis() {
    is_used_once_on_all_nodes(&TestApp::on(StoreKind::Redis, &[]).await).await;
    let redis = RedisServer::start().await;
    let settings = [&format!("--redis-url={}", redis.url()), SECRETS];
    is_used_once_on_all_nodes(&TestApp::with(&settings).await).await;
}

#[tokio::test]
async fn a_redis_that_pauses_for_less_than_the_timeout_is_waited_for() {
    let app = TestApp::on(StoreKind::Redis, &[LONG_STORE_TIMEOUT]).await;
    let redis = app.redis.as_ref().expect("its own");
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    redis.hang();
    let coming_back = app.come_back(&browser, &login);
    let pausing = async {
        // Longer than the default timeout.
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        redis.go_on();
    };
    let (answer, ()) = join(coming_back, pausing).await;
    assert_eq!(answer.location(), "/");
}

#[tokio::test]
async fn a_sign_in_that_redis_cannot_decide_ends_on_the_error_page() {
    let app = TestApp::on(StoreKind::Redis, &[REAL_STORE_TIMEOUT]).await;
    let redis = app.redis.as_ref().expect("its own");
    let browser = app.browser();
    let login = browser
        .open("/api/auth/login?tenant_name=acme&return_url=%2Fprofile")
        .await;
    redis.hang();
    let answer = app.come_back(&browser, &login).await;
    redis.go_on();
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (
            302,
            "/login-error?reason=session_store_unavailable&tenant_name=acme&return_url=%2Fprofile"
        )
    );
    assert!(app.provider.posted("/oauth2/token").await.is_empty());
    assert!(browser.cookies().is_empty(), "the attempt is over");
    app.signed_in().await;
}
