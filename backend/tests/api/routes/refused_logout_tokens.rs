//! Logout tokens that end nothing, and those that end something on every node.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use sessions::StoreKind;

use super::backchannel_logout::is_taken;
use crate::harness::{
    logout_token::{claims, post, token},
    provider::KEY_ID,
    publisher::changed,
    signing::{
        KEY, OTHER_KEY, sign_as, sign_with_header, sign_with_public_key_as_secret, unsigned,
    },
    test_app::TestApp,
};

#[tokio::test]
async fn a_token_that_is_wrong_in_any_one_way_is_refused_and_ends_nothing() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let good = json!({ "sid": "provider-session" });
    let now = app.clock.now().as_second();
    let event = "http://schemas.openid.net/event/backchannel-logout";
    let wrong_claims = [
        (
            "iss of somebody else",
            json!({ "iss": "https://evil.example" }),
        ),
        ("no iss", json!({ "iss": null })),
        ("aud of somebody else", json!({ "aud": "another" })),
        ("no aud", json!({ "aud": null })),
        ("expired", json!({ "exp": now - 31 })),
        ("no exp", json!({ "exp": null })),
        ("from the future", json!({ "iat": now + 300 })),
        ("issued long ago", json!({ "iat": now - 121 })),
        ("not good yet", json!({ "nbf": now + 300 })),
        ("no iat", json!({ "iat": null })),
        ("no jti", json!({ "jti": null })),
        ("an empty jti", json!({ "jti": "" })),
        ("no events", json!({ "events": null })),
        (
            "another event",
            json!({ "events": { "http://example.com/event": {} } }),
        ),
        (
            "an event that is no object",
            json!({ "events": { event: "yes" } }),
        ),
        ("events that are a list", json!({ "events": [event] })),
        ("a nonce", json!({ "nonce": "n" })),
        ("neither sub nor sid", json!({ "sid": null })),
        ("empty sub and sid", json!({ "sid": "", "sub": "" })),
        ("a sid that is no text", json!({ "sid": 7 })),
    ];
    let mut wrong: Vec<_> = wrong_claims
        .iter()
        .map(|(fault, claims)| {
            let claims = changed(changed(self::claims(&app, fault), &good), claims);
            (
                (*fault).to_owned(),
                sign_as(&claims, &KEY, Some(KEY_ID), Some("logout+jwt")),
            )
        })
        .collect();
    let claims = changed(claims(&app, "other"), &good);
    for kind in [None, Some("JWT"), Some("at+jwt"), Some("")] {
        wrong.push((
            format!("typ {kind:?}"),
            sign_as(&claims, &KEY, Some(KEY_ID), kind),
        ));
    }
    wrong.push((
        "a header that must be understood and is not".to_owned(),
        sign_with_header(&claims, &KEY, Some(KEY_ID), |header| {
            header.typ = Some("logout+jwt".to_owned());
            header.crit = Some(vec!["exp".to_owned()]);
        }),
    ));
    wrong.push((
        "another key".to_owned(),
        sign_as(&claims, &OTHER_KEY, Some(KEY_ID), Some("logout+jwt")),
    ));
    wrong.push((
        "an unknown key".to_owned(),
        sign_as(&claims, &KEY, Some("key-9"), Some("logout+jwt")),
    ));
    wrong.push((
        "alg none".to_owned(),
        unsigned(&claims, KEY_ID, "logout+jwt"),
    ));
    wrong.push((
        "HS256 with the public key".to_owned(),
        sign_with_public_key_as_secret(&claims, KEY_ID, "logout+jwt"),
    ));
    let whole = token(&app, "whole", &good);
    wrong.push(("cut short".to_owned(), whole[..whole.len() - 1].to_owned()));
    wrong.push((
        "no signature".to_owned(),
        whole.rsplit_once('.').expect("a signature").0.to_owned() + ".",
    ));
    wrong.extend(
        ["", "x", "a.b.c", "....", &"x".repeat(100_000)]
            .map(|text| ("no token".to_owned(), text.to_owned())),
    );
    for (fault, token) in wrong {
        let answer = post(&app, &token).await;
        assert_eq!(answer.status, 400, "{fault}: {}", answer.body);
        answer.assert_problem(400, "invalid_request");
    }
    assert_eq!(
        browser.fetch("/api/session").await.status,
        200,
        "none of them ended it"
    );
    is_taken(&app, &token(&app, "whole", &good)).await;
    browser
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out_at_provider");
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let app = TestApp::start().await;
    let provider = app.browser();
    let path = "/api/auth/backchannel-logout";
    for body in ["", "logout_token", "token=x", "{\"logout_token\":\"x\"}"] {
        let request = provider
            .request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded");
        provider
            .send(request.body(body))
            .await
            .assert_problem(400, "invalid_request");
    }
    provider
        .send(provider.request(Method::POST, path).body("logout_token=x"))
        .await
        .assert_problem(400, "invalid_request");
    assert_eq!(
        provider
            .send(provider.request(Method::GET, path))
            .await
            .status,
        405
    );
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_503_so_that_the_provider_tries_again() {
    let app = TestApp::start().await;
    app.provider
        .instead("GET", "/oauth2/jwks", wiremock::ResponseTemplate::new(500))
        .await;
    let answer = post(&app, &token(&app, "1", &json!({ "sub": "ada" }))).await;
    answer.assert_problem(503, "identity_provider_unavailable");
}

#[tokio::test]
async fn every_node_ends_it_and_none_takes_the_token_again() {
    let app = TestApp::on(StoreKind::Redis, &[]).await;
    let other = app.another_node(&[]).await;
    let browser = app.signed_in().await;
    assert_eq!(
        other.copy_of(&browser).fetch("/api/session").await.status,
        200
    );
    let token = token(&app, "1", &json!({ "sub": "ada" }));
    is_taken(&app, &token).await;
    let began = std::time::Instant::now();
    while other.copy_of(&browser).fetch("/api/session").await.status != 401 {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "the other node did not hear of it"
        );
    }
    post(&other, &token)
        .await
        .assert_problem(400, "invalid_request");
}
