//! Refreshed tokens: what refuses them, and whose they must be.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::with;
use crate::harness::{
    browser::Browser,
    provider::KEY_ID,
    publisher::changed,
    signing::{KEY, OTHER_KEY, published, sign, sign_with_public_key_as_secret, unsigned},
    test_app::TestApp,
};

async fn expired() -> (TestApp, Browser) {
    let app = with(&json!({}), &[]).await;
    app.provider
        .script(|script| script.access_token_lifetime = 1_200);
    let browser = app.signed_in().await;
    app.clock.advance(Duration::from_secs(1_200));
    (app, browser)
}

#[tokio::test]
async fn a_refusal_without_a_word_ends_the_session_and_a_fault_does_not() {
    for (status, ends) in [(400, true), (408, false), (429, false), (500, false)] {
        let (app, browser) = expired().await;
        let fault = ResponseTemplate::new(status);
        app.provider.instead("POST", "/oauth2/token", fault).await;
        let answer = browser.fetch("/api/profile").await;
        if ends {
            answer.assert_problem(401, "session_refused");
        } else {
            answer.assert_problem(503, "identity_provider_unavailable");
        }
    }
}

#[tokio::test]
async fn an_id_token_that_comes_with_refreshed_tokens_is_the_sessions() {
    let elsewhere = "https://elsewhere.example";
    for (claims, accepted) in [
        (json!({}), true),
        (json!({ "nonce": null, "auth_time": 0 }), true),
        (json!({ "sub": "alan" }), false),
        (json!({ "aud": "another-client" }), false),
        (json!({ "aud": ["local-client", "another"] }), false),
        (json!({ "iss": elsewhere }), false),
    ] {
        let (app, browser) = expired().await;
        app.provider
            .script(|script| script.id_token_claims = claims.clone());
        let answer = browser.fetch("/api/profile").await;
        assert_eq!(answer.status == 200, accepted, "{claims}");
        if !accepted {
            answer.assert_problem(401, "session_refused");
            let revoked = app.provider.await_posts("/oauth2/revoke", 1).await;
            let unused = &revoked[0]["token"];
            assert!(unused.starts_with("refresh-2-"), "{claims}: {unused}");
        }
    }
}

#[tokio::test]
async fn without_a_key_refreshed_tokens_are_not_lost_and_still_compared() {
    for (sub, accepted) in [("ada", true), ("alan", false)] {
        let (app, browser) = expired().await;
        app.provider
            .script(|script| script.id_token_claims = json!({ "sub": sub }));
        let fault = ResponseTemplate::new(500);
        app.provider.instead("GET", "/oauth2/jwks", fault).await;
        let answer = browser.fetch("/api/profile").await;
        assert_eq!(answer.status == 200, accepted, "{sub}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_key_that_is_not_published_yet_loses_no_session_and_claims_are_compared() {
    for (sub, accepted) in [("ada", true), ("alan", false)] {
        let (app, browser) = expired().await;
        app.provider.script(|script| {
            script.id_token_claims = json!({ "sub": sub });
            script.id_token =
                Arc::new(|claims| sign(claims, &KEY, Some("not-published-yet")).into());
        });
        let answer = browser.fetch("/api/profile").await;
        assert_eq!(answer.status == 200, accepted, "{sub}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_published_key_that_is_not_for_signatures_does_not_count_as_unpublished() {
    for (key_id, accepted) in [(Some(KEY_ID), false), (None, false), (Some("other"), true)] {
        let (app, browser) = expired().await;
        let key = changed(published(&KEY, KEY_ID), &json!({ "use": "enc" }));
        let keys = ResponseTemplate::new(200).set_body_json(json!({ "keys": [key] }));
        app.provider.instead("GET", "/oauth2/jwks", keys).await;
        app.provider.script(|script| {
            script.id_token = Arc::new(move |claims| sign(claims, &KEY, key_id).into());
        });
        let answer = browser.fetch("/api/profile").await;
        assert_eq!(
            answer.status == 200,
            accepted,
            "{key_id:?}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_refreshed_id_token_that_cannot_be_verified_is_refused() {
    type IdToken = fn(&Value) -> Value;
    const UNKNOWN: &str = "not-published-yet";
    let id_tokens: [(&str, IdToken); 6] = [
        ("rubbish", |_| "no.token.atall".into()),
        ("another key under a published name", |claims| {
            sign(claims, &OTHER_KEY, Some(KEY_ID)).into()
        }),
        ("another key without a name", |claims| {
            sign(claims, &OTHER_KEY, None).into()
        }),
        ("a changed signature", |claims| {
            let token = sign(claims, &KEY, Some(KEY_ID));
            let (signed, _) = token.rsplit_once('.').expect("three parts");
            format!("{signed}.AAAA").into()
        }),
        ("alg none", |claims| unsigned(claims, UNKNOWN, "JWT").into()),
        ("the public key as a secret", |claims| {
            sign_with_public_key_as_secret(claims, UNKNOWN, "JWT").into()
        }),
    ];
    for (fault, id_token) in id_tokens {
        let (app, browser) = expired().await;
        app.provider
            .script(|script| script.id_token = Arc::new(id_token));
        let answer = browser.fetch("/api/profile").await;
        assert_eq!(answer.status, 401, "{fault}: {}", answer.body);
        answer.assert_problem(401, "session_refused");
    }
}
