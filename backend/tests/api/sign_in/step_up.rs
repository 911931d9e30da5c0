//! A sign-in that asks for a class of authentication (`acr_values`) or for a recent one
//! (`max_age`): the ID token must meet it, and nobody but the application decides what is asked.

use serde_json::{Value, json};

use crate::harness::{
    browser::{Answer, Browser},
    test_app::TestApp,
};
use crate::identity_provider::with;

pub const INSUFFICIENT: Option<&str> = Some("insufficient_authentication");

pub fn claims(app: &TestApp, claims: Value) {
    app.provider
        .script(|script| script.id_token_claims = claims);
}

/// Begins a sign-in with this query.
pub async fn login(browser: &Browser, query: &str) -> Answer {
    let path = format!("/api/auth/login?tenant_name=acme{query}");
    browser.open(&path).await
}

/// A whole sign-in of this browser with this query; the ID token has these claims.
pub async fn sign_in(app: &TestApp, browser: &Browser, query: &str, token: Value) -> Answer {
    claims(app, token);
    let login = login(browser, query).await;
    app.come_back(browser, &login).await
}

pub async fn facts(browser: &Browser) -> Value {
    browser.fetch("/api/session").await.json()["metadata"]["session"].clone()
}

#[tokio::test]
async fn an_acr_must_be_one_of_those_that_were_asked_for() {
    let app = TestApp::start().await;
    for (query, acr, accepted) in [
        ("", json!(null), true),
        ("", json!("anything"), true),
        ("&acr_values=mfa", json!("mfa"), true),
        ("&acr_values=hw%20mfa", json!("mfa"), true),
        ("&acr_values=hw+mfa", json!("hw"), true),
        ("&acr_values=%20mfa%20", json!("mfa"), true),
        // Blank: nothing was asked for.
        ("&acr_values=%20", json!(null), true),
        ("&acr_values=mfa", json!(null), false),
        ("&acr_values=mfa", json!(""), false),
        ("&acr_values=%20mfa%20", json!(""), false),
        ("&acr_values=mfa", json!("pwd"), false),
        ("&acr_values=mfa", json!("MFA"), false),
        ("&acr_values=mfa", json!("mfa "), false),
        ("&acr_values=mfa", json!("mf"), false),
        ("&acr_values=mf", json!("mfa"), false),
        ("&acr_values=hw%20mfa", json!("hw mfa"), false),
        // A list is no class, and numbers have no order here.
        ("&acr_values=mfa", json!(["mfa"]), false),
        ("&acr_values=1", json!("2"), false),
        ("&acr_values=1", json!(1), false),
    ] {
        let browser = app.browser();
        let answer = sign_in(&app, &browser, query, json!({ "acr": acr })).await;
        let what = format!("{query} {acr}");
        if accepted {
            assert_eq!(answer.location(), "/", "{what}");
        } else {
            assert_eq!(answer.login_error().as_deref(), INSUFFICIENT, "{what}");
            assert!(browser.session_cookies().is_empty(), "{what}");
        }
    }
}

#[tokio::test]
async fn max_age_requires_an_auth_time_that_is_recent_enough() {
    let app = TestApp::start().await;
    let now = app.clock.now().as_second();
    for (query, auth_time, accepted) in [
        ("&max_age=300", json!(now), true),
        ("&max_age=300", json!(now - 310), true),
        ("&max_age=300", json!(now - 400), false),
        ("&max_age=300", json!(0), false),
        ("&max_age=300", json!(null), false),
        ("&max_age=300", json!("recently"), false),
        ("&max_age=0", json!(now - 400), false),
        ("&prompt=login", json!(now - 400), false),
        ("&prompt=login", json!(null), false),
        ("&prompt=login&max_age=3000", json!(now - 400), false),
        ("&max_age=4294967295", json!(0), true),
        ("", json!(now - 400), true),
        ("", json!(null), true),
    ] {
        let browser = app.browser();
        let token = json!({ "auth_time": auth_time });
        let answer = sign_in(&app, &browser, query, token).await;
        let what = format!("{query} {auth_time}");
        let reason = answer.login_error();
        assert_eq!(reason.is_none(), accepted, "{what}: {reason:?}");
        if !accepted {
            assert_eq!(reason.as_deref(), INSUFFICIENT, "{what}");
        }
    }
}

#[tokio::test]
async fn a_step_up_that_is_refused_leaves_the_session_alone_and_revokes_its_tokens() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let before = facts(&browser).await["handle"].clone();
    let query = "&acr_values=mfa&return_url=%2Fprofile";
    let answer = sign_in(&app, &browser, query, json!({ "acr": "pwd" })).await;
    let page = "/login-error?reason=insufficient_authentication&tenant_name=acme\
                &return_url=%2Fprofile&acr_values=mfa";
    assert_eq!(answer.location(), page);
    assert_eq!(facts(&browser).await["handle"], before);
    let revoked = app.provider.await_posts("/oauth2/revoke", 1).await;
    assert!(revoked[0]["token"].starts_with("refresh-2-"));
}

#[tokio::test]
async fn a_provider_that_cannot_meet_the_request_is_not_asked_again() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = login(&browser, "&acr_values=mfa").await;
    let error = "unmet_authentication_requirements";
    let answer = app.come_back_with_error(&browser, &login, error).await;
    assert_eq!(answer.login_error().as_deref(), INSUFFICIENT);
}

#[tokio::test]
async fn a_silent_sign_in_that_is_too_weak_returns_to_its_page_without_a_session() {
    let app = TestApp::start().await;
    for query in ["&acr_values=mfa", "&max_age=60"] {
        let browser = app.browser();
        let query = format!("&prompt=none&return_url=%2Fhere{query}");
        let token = json!({ "acr": "pwd", "auth_time": 0 });
        let answer = sign_in(&app, &browser, &query, token).await;
        assert_eq!(answer.location(), "/here", "{query}");
        assert!(browser.session_cookies().is_empty(), "{query}");
    }
}

#[tokio::test]
async fn values_that_the_provider_does_not_list_are_refused_before_the_browser_leaves() {
    let listed = json!({ "acr_values_supported": ["pwd", "mfa"] });
    for (metadata, values, offered) in [
        (&listed, "mfa", true),
        (&listed, "hw%20mfa", true),
        (&listed, "hw", false),
        (&listed, "MFA", false),
        (&json!({}), "hw", true),
        (&json!({ "acr_values_supported": [] }), "hw", true),
        (&json!({ "acr_values_supported": "mfa" }), "hw", true),
    ] {
        let app = with(metadata, &[]).await;
        let answer = login(&app.browser(), &format!("&acr_values={values}")).await;
        if offered {
            assert!(
                answer.location().contains("/authorize?"),
                "{metadata} {values}"
            );
        } else {
            assert_eq!(answer.login_error().as_deref(), INSUFFICIENT, "{values}");
            assert!(answer.set_cookies.is_empty(), "{values}");
        }
    }
}

#[tokio::test]
async fn a_sign_in_begun_anew_asks_for_the_same_again() {
    let app = TestApp::start().await;
    for (query, acr_values, max_age, prompt) in [
        ("&acr_values=hw%20mfa", Some("hw mfa"), None, None),
        ("&max_age=300", None, Some("300"), None),
        (
            "&acr_values=mfa&prompt=login",
            Some("mfa"),
            Some("30"),
            Some("login"),
        ),
        (
            "&acr_values=mfa&max_age=300",
            Some("mfa"),
            Some("300"),
            None,
        ),
    ] {
        let browser = app.browser();
        let mut answer = login(&browser, query).await;
        for restart in 1..=2 {
            let error = "interaction_required";
            answer = app.come_back_with_error(&browser, &answer, error).await;
            let sent = |name| answer.location_parameter(name);
            let what = format!("{query}, restart {restart}");
            assert_eq!(sent("acr_values").as_deref(), acr_values, "{what}");
            assert_eq!(sent("max_age").as_deref(), max_age, "{what}");
            assert_eq!(sent("prompt").as_deref(), prompt, "{what}");
        }
        claims(&app, json!({ "acr": "pwd", "auth_time": 0 }));
        let answer = app.come_back(&browser, &answer).await;
        assert_eq!(answer.login_error().as_deref(), INSUFFICIENT, "{query}");
    }
}

#[tokio::test]
async fn what_the_operator_has_set_is_required_of_every_sign_in() {
    let set = "--oidc-authorization-params=acr_values=mfa&max_age=60";
    let app = with(&json!({}), &[set]).await;
    let now = app.clock.now().as_second();
    for (query, token, accepted) in [
        ("", json!({ "acr": "mfa" }), true),
        ("", json!({ "acr": "pwd" }), false),
        ("", json!({ "acr": null }), false),
        ("", json!({ "acr": "mfa", "auth_time": now - 300 }), false),
        ("", json!({ "acr": "mfa", "auth_time": null }), false),
        // A link weakens nothing.
        ("&acr_values=pwd", json!({ "acr": "pwd" }), false),
        ("&acr_values=", json!({ "acr": "pwd" }), false),
        (
            "&max_age=9999",
            json!({ "acr": "mfa", "auth_time": now - 300 }),
            false,
        ),
        ("&prompt=none", json!({ "acr": "mfa" }), true),
    ] {
        let browser = app.browser();
        let answer = sign_in(&app, &browser, query, token.clone()).await;
        let reason = answer.login_error();
        assert_eq!(reason.is_none(), accepted, "{query} {token}: {reason:?}");
    }
    // Also of one that began without its attempt.
    let lost = login(&app.browser(), "").await;
    let browser = app.browser();
    let restarted = app.come_back(&browser, &lost).await;
    let restarted = match restarted.location().starts_with("/api/auth/login") {
        true => browser.open(restarted.location()).await,
        false => restarted,
    };
    claims(&app, json!({ "acr": "pwd" }));
    let answer = app.come_back(&browser, &restarted).await;
    assert_eq!(answer.login_error().as_deref(), INSUFFICIENT);
}
