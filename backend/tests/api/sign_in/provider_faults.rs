//! A provider that fails in the middle of a sign-in: the user can try again, and nothing half-done is left.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::harness::{
    provider::KEY_ID,
    signing::{KEY, published},
    test_app::TestApp,
};

const CALLS: [(&str, &str); 3] = [
    ("POST", "/oauth2/token"),
    ("GET", "/oauth2/jwks"),
    ("GET", "/oauth2/userinfo"),
];

/// How long keys that could not be read are not asked for again.
const UNREADABLE_FOR: Duration = Duration::from_secs(5);

async fn assert_unavailable(app: &TestApp, fault: &str) {
    let browser = app.browser();
    let answer = app.sign_in(&browser).await;
    assert_eq!(
        answer.location(),
        "/login-error?reason=identity_provider_unavailable&tenant_name=acme",
        "{fault}"
    );
    assert!(browser.cookies().is_empty(), "{fault}");
}

#[tokio::test]
async fn each_call_of_a_sign_in_that_is_answered_badly_ends_on_the_error_page() {
    for (verb, path) in CALLS {
        let app = TestApp::start().await;
        for (fault, answer) in [
            ("500", ResponseTemplate::new(500)),
            (
                "502 with a page",
                ResponseTemplate::new(502).set_body_string("<html>"),
            ),
            ("429", ResponseTemplate::new(429)),
            (
                "rubbish",
                ResponseTemplate::new(200).set_body_string("<html>"),
            ),
            ("no body", ResponseTemplate::new(200)),
            (
                "another document",
                ResponseTemplate::new(200).set_body_json(json!({ "hello": "world" })),
            ),
            (
                "a redirect",
                ResponseTemplate::new(302).insert_header("location", "https://evil.example/"),
            ),
        ] {
            app.provider.instead(verb, path, answer).await;
            assert_unavailable(&app, &format!("{path}: {fault}")).await;
            app.provider.answer_well().await;
            app.clock.advance(UNREADABLE_FOR);
        }
        app.provider.hang_up(verb, path).await;
        assert_unavailable(&app, &format!("{path}: hangs up")).await;
        app.provider.answer_well().await;
        app.clock.advance(UNREADABLE_FOR);
        app.signed_in().await;
    }
}

#[tokio::test]
async fn each_call_of_a_sign_in_that_takes_too_long_ends_on_the_error_page() {
    let faults = CALLS.map(|(verb, path)| async move {
        let app = TestApp::start().await;
        let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
        app.provider.instead(verb, path, slow).await;
        assert_unavailable(&app, path).await;
    });
    join_all(faults).await;
}

#[tokio::test]
async fn an_access_token_that_userinfo_refuses_is_no_sign_in() {
    let app = TestApp::start().await;
    for status in [401, 403] {
        app.provider
            .instead("GET", "/oauth2/userinfo", ResponseTemplate::new(status))
            .await;
        let browser = app.browser();
        assert_eq!(
            app.sign_in(&browser).await.login_error().as_deref(),
            Some("login_failed")
        );
        assert!(browser.cookies().is_empty());
        app.provider.answer_well().await;
    }
}

#[tokio::test]
async fn a_key_of_a_kind_that_is_not_known_does_not_hide_the_others() {
    let app = TestApp::start().await;
    let unknown = json!({ "kty": "AKP", "kid": "post-quantum", "alg": "ML-DSA-44", "pub": "AAAA" });
    let odd = json!({ "kty": "EC", "kid": "odd", "crv": "P-999", "x": "AA", "y": "AA" });
    let keys = json!({ "keys": [unknown, odd, published(&KEY, KEY_ID)] });
    app.provider
        .instead(
            "GET",
            "/oauth2/jwks",
            ResponseTemplate::new(200).set_body_json(keys),
        )
        .await;
    app.signed_in().await;
}
