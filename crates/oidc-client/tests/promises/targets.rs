//! Access tokens for one API (RFC 8707).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use oidc_client::{ErrorKind, Token, TokenTarget};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::publisher::Publisher;

const API: &str = "https://api.example/v1?x=1";

fn target(resource: Option<&str>, scope: Option<&str>) -> TokenTarget {
    TokenTarget {
        resource: resource.map(str::to_owned),
        scope: scope.map(str::to_owned),
    }
}

#[tokio::test]
async fn a_token_for_an_api_is_requested_with_its_resource_and_scopes() {
    for (target, expected) in [
        (target(None, None), ""),
        (
            target(Some(API), None),
            "&resource=https%3A%2F%2Fapi.example%2Fv1%3Fx%3D1",
        ),
        (target(None, Some("a b")), "&scope=a+b"),
        (
            target(Some("urn:api"), Some("a")),
            "&resource=urn%3Aapi&scope=a",
        ),
    ] {
        let publisher = Publisher::start().await;
        let tokens = json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 60 });
        let tokens = ResponseTemplate::new(200).set_body_json(tokens);
        publisher.answers("POST", "/tenant/token", tokens).await;
        let client = publisher.client(None);
        let token = Token::new("old".to_owned());
        let refreshed = client.refresh_for(&token, "ada", &target).await;
        assert!(refreshed.is_ok(), "{refreshed:?}");
        let calls = publisher.calls("/tenant/token").await;
        let form = String::from_utf8_lossy(&calls[0].body).into_owned();
        let begun = form.strip_prefix("grant_type=refresh_token&refresh_token=old");
        let rest = begun.expect("a refresh");
        assert!(rest.starts_with(expected), "{form}");
    }
}

#[tokio::test]
async fn a_refused_target_is_told_from_a_refused_refresh_token() {
    for (error, kind) in [
        ("invalid_target", ErrorKind::TargetRefused),
        ("invalid_scope", ErrorKind::TargetRefused),
        ("invalid_grant", ErrorKind::InvalidGrant),
        ("invalid_client", ErrorKind::ClientRefused),
        ("temporarily_unavailable", ErrorKind::Unavailable),
    ] {
        let publisher = Publisher::start().await;
        let refusal = ResponseTemplate::new(400).set_body_json(json!({ "error": error }));
        publisher.answers("POST", "/tenant/token", refusal).await;
        let token = Token::new("old".to_owned());
        let target = target(Some(API), None);
        let client = publisher.client(None);
        let refused = client.refresh_for(&token, "ada", &target).await;
        assert_eq!(refused.expect_err("refused").kind(), kind, "{error}");
    }
}

#[test]
fn a_jwt_without_the_resource_as_its_audience_shows_that_it_was_ignored() {
    let jwt = |claims: serde_json::Value| {
        let claims = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
        Token::new(format!("e30.{claims}.c2ln"))
    };
    for (token, is_ignored) in [
        (jwt(json!({ "aud": API })), false),
        (jwt(json!({ "aud": ["other", API] })), false),
        (jwt(json!({ "aud": "other" })), true),
        (jwt(json!({ "aud": [] })), true),
        (jwt(json!({})), true),
        (jwt(json!([])), false),
        (Token::new("opaque".to_owned()), false),
        (Token::new("a.b.c".to_owned()), false),
    ] {
        assert_eq!(target(Some(API), None).is_ignored_by(&token), is_ignored);
        assert!(!target(None, Some("a")).is_ignored_by(&token));
    }
}
