//! Signing out: at the provider too, where it has a place for that (RP-Initiated Logout 1.0).

use std::time::Duration;

use serde_json::{Value, json};

use super::{publish, with};
use crate::harness::{
    browser::{Answer, Browser},
    logout_token::{claims, post},
    provider::{CLIENT_ID, KEY_ID},
    publisher::changed,
    signing::{KEY, sign_as},
    test_app::TestApp,
};

async fn sign_out(browser: &Browser) -> Answer {
    browser.open("/api/auth/logout").await
}

fn hint(answer: &Answer) -> Option<String> {
    answer.location_parameter("id_token_hint")
}

#[tokio::test]
async fn a_sign_out_leads_to_the_providers_own_and_back_to_one_address() {
    let app = with(&json!({}), &[]).await;
    let browser = app.signed_in().await;
    let answer = sign_out(&browser).await;
    let end = format!("{}/end?policy=1&", app.provider.issuer());
    assert!(answer.location().starts_with(&end), "{}", answer.location());
    let hint = hint(&answer).expect("the ID token");
    assert_eq!(hint.split('.').count(), 3);
    for (name, value) in [
        ("client_id", CLIENT_ID),
        (
            "post_logout_redirect_uri",
            &format!("{}/signed-out", app.origin),
        ),
        ("state", "session-ended.tokens-revoked.provider-ended"),
    ] {
        assert_eq!(answer.location_parameter(name).as_deref(), Some(value));
    }
    let without = sign_out(&browser).await;
    assert!(
        without.location().starts_with(&end),
        "without a session too"
    );
    let state = without.location_parameter("state");
    assert_eq!(state.as_deref(), Some("session-none.provider-ended"));
}

#[tokio::test]
async fn the_hint_is_the_id_token_that_came_last() {
    let app = with(&json!({}), &[]).await;
    let browser = app.signed_in().await;
    let first = hint(&sign_out(&app.copy_of(&browser)).await);

    app.provider
        .script(|script| script.access_token_lifetime = 1_200);
    let browser = app.signed_in().await;
    app.clock.advance(Duration::from_secs(1_200));
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    let second = hint(&sign_out(&browser).await);
    assert!(first.is_some() && second.is_some() && first != second);
}

#[tokio::test]
async fn an_id_token_that_makes_the_address_too_long_is_left_out_of_it() {
    let app = with(&json!({}), &["--cookie-budget=60000"]).await;
    let groups = |count: usize| {
        let ids = (0..count).map(|at| format!("3f2504e0-4f89-11d3-9a0c-0305e82c{at:04}"));
        ids.collect::<Vec<_>>()
    };
    for (count, has_hint) in [(0, true), (10, true), (60, false), (200, false)] {
        let claims = json!({ "groups": groups(count) });
        app.provider
            .script(|script| script.id_token_claims = claims);
        let answer = sign_out(&app.signed_in().await).await;
        assert!(answer.location().len() <= 2_000, "{count} groups");
        assert_eq!(hint(&answer).is_some(), has_hint, "{count} groups");
        for (name, value) in [
            ("client_id", CLIENT_ID),
            ("state", "session-ended.tokens-revoked.provider-ended"),
        ] {
            let sent = answer.location_parameter(name);
            assert_eq!(sent.as_deref(), Some(value), "{count} groups");
        }
    }
}

#[tokio::test]
async fn the_parameter_that_says_where_to_come_back_to_can_be_set() {
    let setting = "--oidc-post-logout-parameter=logout_uri";
    let app = with(&json!({}), &[setting]).await;
    let answer = sign_out(&app.signed_in().await).await;
    let page = format!("{}/signed-out", app.origin);
    assert_eq!(answer.location_parameter("logout_uri"), Some(page));
    let client = answer.location_parameter("client_id");
    assert_eq!(client.as_deref(), Some(CLIENT_ID));
    assert_eq!(answer.location_parameter("post_logout_redirect_uri"), None);
}

#[tokio::test]
async fn without_such_an_endpoint_the_page_says_that_its_session_stays() {
    let app = with(&json!({ "end_session_endpoint": null }), &[]).await;
    let browser = app.signed_in().await;
    let stays = "/signed-out?session=ended&tokens=revoked&provider=stays";
    assert_eq!(sign_out(&browser).await.location(), stays);

    let app = with(
        &json!({ "end_session_endpoint": null, "revocation_endpoint": null }),
        &[],
    )
    .await;
    let browser = app.signed_in().await;
    let stays = "/signed-out?session=ended&provider=stays";
    assert_eq!(sign_out(&browser).await.location(), stays);
}

#[tokio::test]
async fn the_id_token_is_kept_only_where_the_provider_wants_it_back() {
    let app = with(&json!({ "end_session_endpoint": null }), &[]).await;
    let browser = app.signed_in().await;
    publish(&app, &json!({})).await;
    app.clock.advance(Duration::from_secs(601));
    let answer = sign_out(&browser).await;
    assert!(answer.location().contains("/end?"), "{}", answer.location());
    assert_eq!(hint(&answer), None);
}

#[tokio::test]
async fn logout_tokens_of_before_the_standard_are_taken_where_that_was_set() {
    let lenient = "--oidc-logout-tokens=lenient";
    for settings in [&[][..], &[lenient]] {
        let app = with(&json!({}), settings).await;
        let sent = async |id: &str, kind: Option<&str>, changes: Value| {
            let claims = changed(claims(&app, id), &json!({ "sub": "ada" }));
            let claims = changed(claims, &changes);
            let token = sign_as(&claims, &KEY, Some(KEY_ID), kind);
            post(&app, &token).await.status == 200
        };
        let none = || json!({ "exp": null });
        let old = app.clock.now().as_second() - 121;
        let is_lenient = !settings.is_empty();
        assert!(sent("a", Some("logout+jwt"), json!({})).await);
        assert_eq!(sent("b", Some("JWT"), json!({})).await, is_lenient);
        assert_eq!(sent("c", None, json!({})).await, is_lenient);
        assert_eq!(sent("d", Some("logout+jwt"), none()).await, is_lenient);
        assert!(!sent("e", Some("at+jwt"), none()).await);
        assert!(!sent("f", Some("JWT"), json!({ "exp": null, "iat": old })).await);
        assert!(!sent("g", Some("JWT"), json!({ "exp": old })).await);
        assert!(!sent("h", Some("JWT"), json!({ "nonce": "n" })).await);
    }
}

#[tokio::test]
async fn a_provider_that_is_down_keeps_nobody_signed_in() {
    let mut app: TestApp = with(&json!({}), &[]).await;
    let browser = app.signed_in().await;
    // A fresh start has not read the metadata yet.
    app.restart_with(&[]).await;
    app.provider.answer_well().await;
    let browser = app.copy_of(&browser);
    let open = "/signed-out?session=ended&tokens=revoking&provider=open";
    assert_eq!(sign_out(&browser).await.location(), open);
    let session = browser.fetch("/api/session").await;
    session.assert_problem(401, "unauthenticated");
}
