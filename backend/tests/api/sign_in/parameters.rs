//! Query parameters of the login that are passed on to the provider.

use serde_json::json;

use super::step_up;
use crate::harness::{
    browser::{Answer, Browser},
    test_app::TestApp,
};
use crate::identity_provider::with;

async fn login(browser: &Browser, query: &str) -> Answer {
    let path = format!("/api/auth/login?tenant_name=acme&{query}");
    browser.open(&path).await
}

#[tokio::test]
async fn parameters_of_openid_connect_are_passed_on_and_all_others_ignored() {
    let app = TestApp::start().await;
    let query = "ui_locales=de%20en&screen_hint=signup&acr_values=urn%3Amfa&max_age=300\
                 &state=evil&nonce=evil&redirect_uri=evil&client_id=evil&scope=evil\
                 &response_type=evil&code_challenge=evil&request=evil&request_uri=evil\
                 &resource=evil&claims=evil&organization=evil";
    let answer = login(&app.browser(), query).await;
    for (name, value) in [
        ("ui_locales", "de en"),
        ("screen_hint", "signup"),
        ("acr_values", "urn:mfa"),
        ("max_age", "300"),
    ] {
        let sent = answer.location_parameter(name);
        assert_eq!(sent.as_deref(), Some(value), "{name}");
    }
    assert!(!answer.location().contains("evil"), "{}", answer.location());
}

#[tokio::test]
async fn listed_parameters_are_passed_on_too() {
    let app = TestApp::with(&["--login-parameters=organization, invitation"]).await;
    let answer = login(&app.browser(), "organization=a%26b&invitation=42&other=x").await;
    let sent = |name| answer.location_parameter(name);
    assert_eq!(sent("organization").as_deref(), Some("a&b"));
    assert_eq!(sent("invitation").as_deref(), Some("42"));
    assert_eq!(sent("other"), None);
}

#[tokio::test]
async fn a_parameter_that_is_too_long_or_there_twice_is_refused() {
    let app = TestApp::with(&["--login-parameters=organization"]).await;
    let long = "x".repeat(257);
    for query in [
        format!("organization={long}"),
        format!("ui_locales={long}"),
        "acr_values=a&acr_values=b".to_owned(),
        "organization=a&organization=b".to_owned(),
        "max_age=soon".to_owned(),
        "max_age=-1".to_owned(),
        "max_age=99999999999".to_owned(),
        "prompt=".to_owned(),
        "prompt=none%20login".to_owned(),
        "prompt=login%20none".to_owned(),
        "prompt=login%20evil".to_owned(),
        "prompt=login&prompt=consent".to_owned(),
    ] {
        let answer = login(&app.browser(), &query).await;
        let reason = answer.login_error();
        assert_eq!(reason.as_deref(), Some("invalid_request"), "{query}");
        assert!(answer.set_cookies.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn prompts_are_separated_by_spaces_and_sent_once() {
    let app = TestApp::start().await;
    for (query, sent, max_age) in [
        ("login%20consent", "login consent", Some("30")),
        ("select_account+consent", "select_account consent", None),
        ("consent%20consent", "consent", None),
    ] {
        let answer = login(&app.browser(), &format!("prompt={query}")).await;
        let parameter = |name| answer.location_parameter(name);
        assert_eq!(parameter("prompt").as_deref(), Some(sent), "{query}");
        assert_eq!(parameter("max_age").as_deref(), max_age, "{query}");
    }
    // The password is asked for, whatever age is accepted besides.
    let answer = login(&app.browser(), "prompt=login&max_age=300").await;
    let max_age = answer.location_parameter("max_age");
    assert_eq!(max_age.as_deref(), Some("30"));
    assert_eq!(answer.location().matches("max_age").count(), 1);
}

#[tokio::test]
async fn a_link_does_not_replace_what_the_operator_has_set() {
    let set = "--oidc-authorization-params=acr_values=mfa&max_age=60&organization=ours";
    let app = with(&json!({}), &[set, "--login-parameters=organization"]).await;
    let query = "acr_values=none&max_age=99999&organization=evil&ui_locales=de";
    let answer = login(&app.browser(), query).await;
    for (name, value) in [
        ("acr_values", "mfa"),
        ("max_age", "60"),
        ("organization", "ours"),
        ("ui_locales", "de"),
    ] {
        let sent = answer.location_parameter(name);
        assert_eq!(sent.as_deref(), Some(value), "{name}");
        assert_eq!(answer.location().matches(name).count(), 1, "{name}");
    }
}

#[tokio::test]
async fn the_error_page_can_ask_for_the_same_once_more() {
    let app = TestApp::start().await;
    for (query, again) in [
        ("&acr_values=hw%20mfa", "&acr_values=hw+mfa"),
        ("&max_age=300", "&max_age=300"),
        ("&prompt=login&max_age=300", "&max_age=0"),
        ("&max_age=9&acr_values=mfa", "&max_age=9&acr_values=mfa"),
    ] {
        let query = format!("{query}&return_url=%2Fprofile");
        let token = json!({ "auth_time": 1 });
        let answer = step_up::sign_in(&app, &app.browser(), &query, token).await;
        let reason = "/login-error?reason=insufficient_authentication&tenant_name=acme";
        let page = format!("{reason}&return_url=%2Fprofile{again}");
        assert_eq!(answer.location(), page);
    }
}
