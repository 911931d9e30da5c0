//! How the client proves who it is: as the metadata asks for, or as it was told.

use backend::oidc::{ClientAuthentication, Token, TokenError};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::provider::Publisher;

/// `client%3A1:s%25cret%2B` and `client:1:s%cret+`, in base64.
const ENCODED: &str = "Basic Y2xpZW50JTNBMTpzJTI1Y3JldCUyQg==";
const PLAIN: &str = "Basic Y2xpZW50OjE6cyVjcmV0Kw==";

#[tokio::test]
async fn the_secret_is_sent_as_the_metadata_asks_or_as_was_set() {
    let post = Some(ClientAuthentication::Post);
    let plain = Some(ClientAuthentication::BasicPlain);
    let basic = Some(ClientAuthentication::Basic);
    for (methods, set, header) in [
        (Value::Null, None, Some(ENCODED)),
        (json!(["client_secret_post"]), None, None),
        (
            json!(["client_secret_post", "client_secret_basic"]),
            None,
            Some(ENCODED),
        ),
        (json!(["private_key_jwt"]), None, Some(ENCODED)),
        (json!(["client_secret_post"]), basic, Some(ENCODED)),
        (Value::Null, plain, Some(PLAIN)),
        (Value::Null, post, None),
    ] {
        let publisher = Publisher::start().await;
        publisher
            .publishes(&json!({ "token_endpoint_auth_methods_supported": methods }))
            .await;
        let tokens = json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 59.5 });
        let tokens = ResponseTemplate::new(200).set_body_json(tokens);
        publisher.answers("POST", "/tenant/token", tokens).await;
        let client = publisher.client(set);
        let refresh_token = Token::new("refresh".to_owned());
        client.refresh(&refresh_token, "ada").await.expect("tokens");

        let call = &publisher.calls("/tenant/token").await[0];
        let sent = call.headers.get("authorization");
        let sent = sent.map(|value| value.to_str().expect("text"));
        assert_eq!(sent, header, "{methods} {set:?}");
        let form = String::from_utf8_lossy(&call.body);
        let in_form = "client_id=client%3A1&client_secret=s%25cret%2B";
        assert_eq!(form.contains(in_form), header.is_none(), "{form}");
        assert_eq!(form.contains("client_secret"), header.is_none(), "{form}");
    }
}

#[tokio::test]
async fn a_provider_is_unavailable_only_when_it_says_so_or_nothing() {
    let publisher = Publisher::start().await;
    let client = publisher.client(None);
    let error = |status, error: &str| {
        ResponseTemplate::new(status).set_body_json(json!({ "error": error }))
    };
    for (answer, expected) in [
        (error(400, "invalid_grant"), "invalid grant"),
        (error(401, "invalid_client"), "refused"),
        (error(408, "invalid_grant"), "unavailable"),
        (error(429, "invalid_grant"), "unavailable"),
        (error(503, "invalid_grant"), "unavailable"),
        (error(400, "invalid_request"), "refused"),
        (ResponseTemplate::new(400), "invalid grant"),
        (
            ResponseTemplate::new(400).set_body_string("<html>"),
            "invalid grant",
        ),
        (ResponseTemplate::new(302), "unavailable"),
        (ResponseTemplate::new(403).set_body_string("no"), "refused"),
        (ResponseTemplate::new(404), "refused"),
        (ResponseTemplate::new(408), "unavailable"),
        (ResponseTemplate::new(429), "unavailable"),
        (ResponseTemplate::new(500), "unavailable"),
        (
            ResponseTemplate::new(200).set_body_string("<html>"),
            "unavailable",
        ),
    ] {
        publisher.publishes(&json!({})).await;
        publisher.answers("POST", "/tenant/token", answer).await;
        let refresh_token = Token::new("refresh".to_owned());
        let refreshed = client.refresh(&refresh_token, "ada").await;
        let outcome = match refreshed.expect_err("no tokens") {
            TokenError::InvalidGrant => "invalid grant",
            TokenError::Refused(_) => "refused",
            TokenError::NotOurs(..) => "not ours",
            TokenError::Unavailable(_) => "unavailable",
        };
        assert_eq!(outcome, expected);
    }
}
