//! ID tokens: every check that OpenID Connect asks of a client (Core section 3.1.3.7), each claim
//! wrong once.

use std::sync::Arc;

use jsonwebtoken::Header;
use serde_json::{Value, json};

use crate::harness::{
    provider::{CLIENT_ID, KEY_ID},
    signing::{KEY, OTHER_KEY, sign, sign_with_header, sign_with_public_key_as_secret, unsigned},
    test_app::TestApp,
};

async fn assert_refused(app: &TestApp, what: &str) {
    let browser = app.browser();
    let answer = app.sign_in(&browser).await;
    assert_eq!(
        answer.login_error().as_deref(),
        Some("login_failed"),
        "{what}"
    );
    assert!(browser.cookies().is_empty(), "{what}");
}

#[tokio::test]
async fn an_id_token_with_a_wrong_claim_is_refused() {
    let app = TestApp::start().await;
    let now = app.clock.now().as_second();
    let slash = format!("{}/", app.provider.issuer());
    for claims in [
        json!({ "iss": "https://evil.example" }),
        json!({ "iss": slash }),
        json!({ "iss": null }),
        json!({ "aud": "another-client" }),
        json!({ "aud": [] }),
        json!({ "aud": null }),
        json!({ "aud": [CLIENT_ID, "another-client"] }),
        json!({ "aud": [CLIENT_ID, "another-client"], "azp": "another-client" }),
        json!({ "azp": "another-client" }),
        json!({ "exp": now - 31 }),
        json!({ "exp": 0 }),
        json!({ "exp": null }),
        json!({ "exp": "tomorrow" }),
        json!({ "iat": now + 300 }),
        json!({ "nbf": now + 300 }),
        json!({ "nbf": "tomorrow" }),
        json!({ "iat": null }),
        json!({ "nonce": "another" }),
        json!({ "nonce": "" }),
        json!({ "nonce": null }),
        json!({ "sub": "" }),
        json!({ "sub": null }),
        json!({ "sub": "alan" }),
        json!({ "sub": 1 }),
    ] {
        app.provider
            .script(|script| script.id_token_claims = claims.clone());
        assert_refused(&app, &claims.to_string()).await;
    }
}

#[tokio::test]
async fn an_id_token_that_the_provider_did_not_sign_is_refused() {
    let app = TestApp::start().await;
    type Maker = fn(&Value) -> Value;
    let makers: [(&str, Maker); 10] = [
        ("alg none", |claims| unsigned(claims, KEY_ID, "JWT").into()),
        ("HS256 with the public key", |claims| {
            sign_with_public_key_as_secret(claims, KEY_ID, "JWT").into()
        }),
        ("an unknown key id", |claims| {
            sign(claims, &OTHER_KEY, Some("key-2")).into()
        }),
        ("a foreign key under a known id", |claims| {
            sign(claims, &OTHER_KEY, Some(KEY_ID)).into()
        }),
        ("a foreign key without id", |claims| {
            sign(claims, &OTHER_KEY, None).into()
        }),
        ("a header that must be understood and is not", |claims| {
            let crit = |header: &mut Header| header.crit = Some(vec!["exp".to_owned()]);
            sign_with_header(claims, &KEY, Some(KEY_ID), crit).into()
        }),
        ("the signature of another token", |claims| {
            let (one, other) = (
                sign(claims, &KEY, Some(KEY_ID)),
                sign(&json!({ "sub": "ada" }), &KEY, Some(KEY_ID)),
            );
            let (unsigned, _) = one.rsplit_once('.').expect("a token");
            let (_, signature) = other.rsplit_once('.').expect("a token");
            format!("{unsigned}.{signature}").into()
        }),
        ("no token at all", |_| "not a token".into()),
        ("an empty text", |_| "".into()),
        ("none sent", |_| Value::Null),
    ];
    for (what, maker) in makers {
        app.provider
            .script(|script| script.id_token = Arc::new(maker));
        assert_refused(&app, what).await;
    }
}

#[tokio::test]
async fn an_id_token_within_what_the_standard_allows_is_accepted() {
    let app = TestApp::start().await;
    let now = app.clock.now().as_second();
    for claims in [
        json!({ "aud": [CLIENT_ID] }),
        json!({ "aud": [CLIENT_ID, "another-client"], "azp": CLIENT_ID }),
        json!({ "azp": CLIENT_ID }),
        json!({ "exp": now - 10 }),
        json!({ "iat": now + 20 }),
        json!({ "nbf": now + 20 }),
        json!({ "exp": now as f64 + 300.75, "iat": now as f64 + 0.5, "nbf": now as f64 - 0.5 }),
        json!({ "auth_time": now as f64 - 0.25 }),
        json!({ "auth_time": 0 }),
        json!({ "auth_time": null }),
        json!({ "sid": null }),
        json!({ "auth_time": now, "unknown": { "claim": [1] } }),
    ] {
        app.provider
            .script(|script| script.id_token_claims = claims.clone());
        assert_eq!(
            app.sign_in(&app.browser()).await.location(),
            "/",
            "{claims}"
        );
    }
    app.provider.script(|script| {
        script.id_token_claims = json!({});
        script.id_token = Arc::new(|claims| sign(claims, &KEY, None).into());
    });
    assert_eq!(
        app.sign_in(&app.browser()).await.location(),
        "/",
        "no key id, and only one key published"
    );
}

#[tokio::test]
async fn a_user_without_an_id_is_nobody_even_if_userinfo_says_the_same() {
    let app = TestApp::start().await;
    app.provider.script(|script| {
        script.id_token_claims = json!({ "sub": "" });
        script.userinfo["sub"] = json!("");
    });
    assert_refused(&app, "nobody").await;
}

#[tokio::test]
async fn userinfo_must_speak_of_the_user_of_the_id_token() {
    let app = TestApp::start().await;
    app.provider
        .script(|script| script.userinfo["sub"] = json!("alan"));
    assert_refused(&app, "another user").await;
}
