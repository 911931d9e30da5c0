//! A service that asks for a newer or a stronger sign-in (RFC 9470).

use reqwest::Method;
use serde_json::{Value, json};
use sessions::StoreKind;

use super::with_service;

/// `WWW-Authenticate`, and the members of the problem document; `None`: it is no such question.
fn challenges() -> Vec<(&'static str, Option<Value>)> {
    vec![
        (
            "Bearer error=\"insufficient_user_authentication\", error_description=\"A newer \
             sign-in, please\", max_age=\"5\"",
            Some(json!({ "max_age": 5 })),
        ),
        (
            "Bearer error=\"insufficient_user_authentication\", acr_values=\"myACR other\"",
            Some(json!({ "acr_values": "myACR other" })),
        ),
        (
            "bearer realm=\"a, b\", error=insufficient_user_authentication , max_age=0,\
             acr_values=\"x\"",
            Some(json!({ "max_age": 0, "acr_values": "x" })),
        ),
        (
            "DPoP algs=\"ES256\", Bearer ERROR=\"insufficient_user_authentication\"",
            Some(json!({})),
        ),
        (
            "Bearer error=\"insufficient_user_authentication\", max_age=\"-1\", \
             acr_values=\"a\u{9}b\"",
            Some(json!({})),
        ),
        ("Bearer error=\"invalid_token\", max_age=\"5\"", None),
        ("Basic error=\"insufficient_user_authentication\"", None),
        (
            "Bearer realm=\"error=insufficient_user_authentication\"",
            None,
        ),
        ("Bearer", None),
        (",,=,", None),
        ("", None),
    ]
}

#[tokio::test]
async fn a_service_that_asks_for_another_sign_in_is_403_with_what_it_asks_for() {
    let (app, service) = with_service(StoreKind::Cookie, &[]).await;
    let browser = app.signed_in().await;
    service.refuse(&["access-"]);
    for (challenge, members) in challenges() {
        service.challenge(challenge);
        let answer = browser.fetch("/api/orders/7").await;
        let Some(members) = members else {
            answer.assert_problem(502, "api_unavailable");
            continue;
        };
        answer.assert_problem(403, "reauthentication_required");
        let problem = answer.json();
        for name in ["max_age", "acr_values"] {
            assert_eq!(problem.get(name), members.get(name), "{challenge}");
        }
        assert!(!answer.headers.contains_key("www-authenticate"));
        // A program gets a challenge, too.
        let program = browser.request(Method::GET, "/api/orders/7");
        let answer = browser.send(program).await;
        answer.assert_problem(403, "reauthentication_required");
        let sent = answer.headers["www-authenticate"].to_str().expect("text");
        assert!(sent.starts_with("Bearer error=\"insufficient_user_authentication\""));
        for name in ["max_age", "acr_values"] {
            let is_asked = members.get(name).is_some();
            assert_eq!(sent.contains(name), is_asked, "{challenge}: {sent}");
        }
    }
    assert_eq!(
        app.provider.refreshes().await,
        0,
        "a newer token is no newer sign-in"
    );
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}
