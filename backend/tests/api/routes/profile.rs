//! `GET /api/profile`: a call to the provider with the user's access token.

use std::time::Duration;

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::harness::{provider::oauth_error, test_app::TestApp};

#[tokio::test]
async fn the_profile_is_what_the_provider_says_now() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    app.provider.script(|script| {
        script.userinfo = json!({
            "sub": "ada", "tnt_id": "tenant-acme", "idp_name": "okta", "name": "Ada King",
            "given_name": "Ada",
            "family_name": "King", "email": "ada@king.example", "email_verified": false,
            "locale": "en-GB",
            "picture": "https://pictures.example/ada.png", "zoneinfo": "Europe/London",
            "roles": [], "custom": {"x": 1},
        });
    });
    let answer = browser.fetch("/api/profile").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut profile = answer.json();
    let fetched = profile["fetchedAt"].take();
    assert!(
        fetched
            .as_str()
            .is_some_and(|time| time.parse::<jiff::Timestamp>().is_ok()),
        "{fetched}"
    );
    let expected = json!({
        "userId": "ada", "tenantId": "tenant-acme", "identityProvider": "okta",
        "name": "Ada King", "givenName": "Ada",
        "familyName": "King", "email": "ada@king.example", "emailVerified": false,
        "locale": "en-GB",
        "picture": "https://pictures.example/ada.png", "zoneinfo": "Europe/London", "roles": [],
        "fetchedAt": null,
    });
    assert_eq!(profile, expected);
}

#[tokio::test]
async fn an_access_token_that_was_revoked_early_is_refreshed_once() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    app.provider
        .script(|script| script.refused_access_tokens = vec!["access-1-"]);
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-"],
        "and the cookies hold the new tokens"
    );
}

#[tokio::test]
async fn who_comes_late_with_a_token_that_was_revoked_early_is_served_its_successor() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let late = app.copy_of(&browser);
    app.provider.script(|script| {
        script.refused_access_tokens = vec!["access-1-"];
        script.access_token_lifetime = 300;
    });
    for copy in [browser, late] {
        assert_eq!(copy.fetch("/api/profile").await.status, 200);
    }
    assert_eq!(app.provider.refreshed_with().await, ["refresh-1-"]);
}

#[tokio::test]
async fn a_successor_that_has_expired_meanwhile_is_refreshed_with_its_own_refresh_token() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let late = app.copy_of(&browser);
    app.provider.script(|script| {
        script.refused_access_tokens = vec!["access-1-"];
        script.access_token_lifetime = 120;
    });
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    app.clock.advance(Duration::from_secs(120));
    app.provider
        .script(|script| script.refused_access_tokens.push("access-2-"));
    assert_eq!(late.fetch("/api/profile").await.status, 200);
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-", "refresh-2-"]
    );
}

#[tokio::test]
async fn a_session_whose_tokens_are_all_revoked_ends() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let thief = app.copy_of(&browser);
    app.provider
        .script(|script| script.refused_access_tokens = vec!["access-1-"]);
    let refusal = oauth_error(400, "invalid_grant");
    app.provider.instead("POST", "/oauth2/token", refusal).await;
    browser
        .fetch("/api/profile")
        .await
        .assert_problem(401, "session_refused");
    assert!(browser.session_parts().is_empty());
    thief
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_refused");
}

#[tokio::test]
async fn an_access_token_that_is_refused_however_new_is_503_and_no_sign_out() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    app.provider
        .script(|script| script.refused_access_tokens = vec!["access-"]);
    browser
        .fetch("/api/profile")
        .await
        .assert_problem(503, "identity_provider_unavailable");
    assert_eq!(app.provider.refreshes().await, 1);
    app.provider
        .script(|script| script.refused_access_tokens.clear());
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
}

#[tokio::test]
async fn a_provider_that_fails_is_503_and_the_session_is_kept() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    for answer in [
        ResponseTemplate::new(500),
        ResponseTemplate::new(429),
        ResponseTemplate::new(404),
        ResponseTemplate::new(200).set_body_string("<html>"),
        ResponseTemplate::new(200).set_body_json(json!({ "sub": 1 })),
        ResponseTemplate::new(302).insert_header("location", "https://evil.example/"),
    ] {
        app.provider
            .instead("GET", "/oauth2/userinfo", answer)
            .await;
        let answer = browser.fetch("/api/profile").await;
        answer.assert_problem(503, "identity_provider_unavailable");
        assert!(answer.set_cookies.is_empty());
        app.provider.answer_well().await;
    }
    app.provider.hang_up("GET", "/oauth2/userinfo").await;
    browser
        .fetch("/api/profile")
        .await
        .assert_problem(503, "identity_provider_unavailable");
    app.provider.answer_well().await;
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
}

#[tokio::test]
async fn userinfo_of_another_user_is_never_shown() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    app.provider.script(|script| {
        script.userinfo = json!({ "sub": "alan", "tnt_id": "tenant-acme", "name": "Alan Turing" })
    });
    let answer = browser.fetch("/api/profile").await;
    answer.assert_problem(500, "internal");
    assert!(
        !answer.body.to_lowercase().contains("alan"),
        "{}",
        answer.body
    );
}
