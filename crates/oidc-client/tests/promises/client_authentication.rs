//! Client authentication: as the metadata asks, or as it was set.

use oidc_client::{ClientAuthentication, ErrorKind, Token};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use wiremock::ResponseTemplate;

use crate::publisher::Publisher;

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
        (error(400, "invalid_grant"), ErrorKind::InvalidGrant),
        (error(401, "invalid_client"), ErrorKind::ClientRefused),
        (error(408, "invalid_grant"), ErrorKind::Unavailable),
        (error(429, "invalid_grant"), ErrorKind::Unavailable),
        (error(503, "invalid_grant"), ErrorKind::Unavailable),
        (error(400, "invalid_request"), ErrorKind::GrantRefused),
        (error(400, "slow_down"), ErrorKind::Unavailable),
        (ResponseTemplate::new(400), ErrorKind::InvalidGrant),
        (
            ResponseTemplate::new(400).set_body_string("<html>"),
            ErrorKind::Unavailable,
        ),
        (ResponseTemplate::new(302), ErrorKind::Unavailable),
        (
            ResponseTemplate::new(403).set_body_string("no"),
            ErrorKind::ClientRefused,
        ),
        (ResponseTemplate::new(404), ErrorKind::ClientRefused),
        (ResponseTemplate::new(408), ErrorKind::Unavailable),
        (ResponseTemplate::new(429), ErrorKind::Unavailable),
        (ResponseTemplate::new(500), ErrorKind::Unavailable),
        (
            ResponseTemplate::new(200).set_body_string("<html>"),
            ErrorKind::Unreadable,
        ),
        (
            ResponseTemplate::new(200).set_body_json(json!({ "hello": "world" })),
            ErrorKind::Unusable,
        ),
    ] {
        publisher.publishes(&json!({})).await;
        publisher.answers("POST", "/tenant/token", answer).await;
        let refresh_token = Token::new("refresh".to_owned());
        let refreshed = client.refresh(&refresh_token, "ada").await;
        assert_eq!(refreshed.expect_err("no tokens").kind(), expected);
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_after_a_success_says_that_the_token_is_spent() {
    for head in [
        "200 OK\r\ncontent-length: 1000",
        "200 OK\r\ntransfer-encoding: chunked",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let endpoint = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 4096]).await;
                let part = format!("HTTP/1.1 {head}\r\n\r\n5\r\n{{");
                let _ = stream.write_all(part.as_bytes()).await;
            }
        });
        let publisher = Publisher::start().await;
        let token_endpoint = format!("http://localhost:{port}/token");
        publisher
            .publishes(&json!({ "token_endpoint": token_endpoint }))
            .await;
        let refresh_token = Token::new("refresh".to_owned());
        let refreshed = publisher.client(None).refresh(&refresh_token, "ada").await;
        let error = refreshed.expect_err("no tokens");
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{error}");
        endpoint.abort();
    }
}
