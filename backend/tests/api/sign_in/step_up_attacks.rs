//! What somebody can do to a step-up on its way, and what it is worth: the session that results, if
//! any, has the `acr` that the provider has signed, and a route that wants more asks again.

use serde_json::{Value, json};

use super::step_up::{INSUFFICIENT, claims, facts, login, sign_in};
use crate::harness::test_app::TestApp;

fn weak() -> Value {
    json!({ "acr": "pwd" })
}

#[tokio::test]
async fn an_edited_login_address_gives_a_session_that_says_what_it_is_worth() {
    let app = TestApp::start().await;
    for query in [
        "",
        "&acr_values=pwd",
        "&acr_values=pwd%20mfa",
        "&acr_values=%20",
    ] {
        let browser = app.browser();
        sign_in(&app, &browser, query, weak()).await;
        assert_eq!(facts(&browser).await["acr"], "pwd", "{query}");
    }
}

#[tokio::test]
async fn an_edited_address_of_the_provider_changes_nothing_in_the_attempt() {
    let app = TestApp::start().await;
    claims(&app, weak());
    let browser = app.browser();
    // The browser asks the provider for less than the attempt has sealed, and gets it.
    let asked = login(&browser, "&acr_values=mfa").await;
    let answer = app.come_back(&browser, &asked).await;
    assert_eq!(answer.login_error().as_deref(), INSUFFICIENT);
}

#[tokio::test]
async fn a_callback_is_good_once_also_with_another_token() {
    let app = TestApp::start().await;
    claims(&app, json!({ "acr": "mfa" }));
    let browser = app.browser();
    let asked = login(&browser, "&acr_values=mfa").await;
    let replay = app.copy_of(&browser);
    assert_eq!(app.come_back(&browser, &asked).await.location(), "/");
    let again = app.come_back(&replay, &asked).await;
    assert!(again.asks_for_sign_in(), "{}", again.location());
    assert!(replay.session_cookies().is_empty());
}

#[tokio::test]
async fn the_attempt_of_a_weak_sign_in_does_not_pass_for_that_of_a_strong_one() {
    let app = TestApp::start().await;
    claims(&app, weak());
    let browser = app.browser();
    let strong = login(&browser, "&acr_values=mfa").await;
    let (of_strong, _) = browser.cookies().pop_first().expect("its cookie");
    let other = login(&browser, "").await;
    let mut cookies = browser.cookies();
    let of_other = cookies.keys().find(|name| **name != of_strong);
    let of_other = of_other.expect("another cookie").clone();
    cookies.insert(of_strong, cookies[&of_other].clone());
    browser.set_cookies(cookies);
    let answer = app.come_back(&browser, &strong).await;
    assert!(answer.asks_for_sign_in(), "{}", answer.location());
    assert!(browser.session_cookies().is_empty());
    assert_eq!(app.come_back(&browser, &other).await.location(), "/");
    assert_eq!(facts(&browser).await["acr"], "pwd");
}

#[tokio::test]
async fn a_provider_without_classes_signs_in_as_before() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert_eq!(sign_in(&app, &browser, "", json!({})).await.location(), "/");
    let facts = facts(&browser).await;
    assert_eq!((&facts["acr"], &facts["amr"]), (&Value::Null, &json!([])));
}
