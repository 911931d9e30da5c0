//! Requests to the provider: refused tokens, spent tokens, redirects, and what errors say.

use jsonwebtoken::{Algorithm, Header, encode};
use oidc_client::{Error, ErrorKind, Token, is_loopback};
use serde_json::json;
use url::Url;
use wiremock::ResponseTemplate;

use crate::{algorithms::key_for, publisher::Publisher};

fn token() -> Token {
    Token::new("canary".to_owned())
}

#[tokio::test]
async fn refreshed_tokens_of_another_user_are_refused_and_revoked() {
    let publisher = Publisher::start().await;
    let revocation = format!("{}/revoke", publisher.issuer());
    let changes = json!({ "revocation_endpoint": revocation });
    publisher.publishes(&changes).await;
    let (key, jwk) = key_for(Algorithm::ES256);
    let keys = ResponseTemplate::new(200).set_body_json(json!({ "keys": [jwk] }));
    publisher.answers("GET", "/tenant/keys", keys).await;
    let claims = json!({ "iss": publisher.issuer(), "aud": "client:1", "sub": "eve" });
    let id_token = encode(&Header::new(Algorithm::ES256), &claims, &key).expect("a token");
    let tokens = json!({
        "access_token": "a", "token_type": "Bearer", "expires_in": 60,
        "refresh_token": "new", "id_token": id_token,
    });
    let tokens = ResponseTemplate::new(200).set_body_json(tokens);
    publisher.answers("POST", "/tenant/token", tokens).await;
    let revoked = ResponseTemplate::new(200);
    publisher.answers("POST", "/tenant/revoke", revoked).await;

    let client = publisher.client(None);
    let refreshed = client.refresh(&token(), "eve").await;
    assert!(refreshed.is_ok(), "{refreshed:?}");
    let error = client.refresh(&token(), "ada").await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::WrongTokens, "{error}");
    let calls = async {
        loop {
            let calls = publisher.calls("/tenant/revoke").await;
            if !calls.is_empty() {
                return calls;
            }
            tokio::task::yield_now().await;
        }
    };
    let limit = std::time::Duration::from_secs(20);
    let calls = tokio::time::timeout(limit, calls).await.expect("revoked");
    let form = String::from_utf8_lossy(&calls[0].body);
    assert!(form.contains("token=new&"), "{form}");
}

#[tokio::test]
async fn the_lifetime_of_an_access_token_may_be_text_and_is_a_minute_if_unknown() {
    for (expires_in, seconds) in [
        (json!(3600), 3600),
        (json!("3600"), 3600),
        (json!(3600.9), 3600),
        (json!(0), 0),
        (json!(-1), 60),
        (json!("soon"), 60),
        (json!(null), 60),
        (json!([3600]), 60),
    ] {
        let publisher = Publisher::start().await;
        let tokens = json!({ "access_token": "a", "expires_in": expires_in });
        let tokens = ResponseTemplate::new(200).set_body_json(tokens);
        publisher.answers("POST", "/tenant/token", tokens).await;
        let refreshed = publisher.client(None).refresh(&token(), "ada").await;
        let tokens = refreshed.expect("tokens");
        let lifetime = tokens
            .access_token_expires_at
            .duration_since(tokens.issued_at);
        assert_eq!(lifetime.as_secs(), seconds, "{expires_in}");
    }
}

#[tokio::test]
async fn a_refused_access_token_is_told_from_a_provider_that_does_not_answer() {
    for (status, kind) in [
        (401, ErrorKind::AccessTokenRefused),
        (403, ErrorKind::AccessTokenRefused),
        (500, ErrorKind::Unavailable),
        (302, ErrorKind::Unavailable),
    ] {
        let publisher = Publisher::start().await;
        let userinfo = format!("{}/userinfo", publisher.issuer());
        let changes = json!({ "userinfo_endpoint": userinfo });
        publisher.publishes(&changes).await;
        let answer = ResponseTemplate::new(status).insert_header("location", "/elsewhere");
        publisher.answers("GET", "/tenant/userinfo", answer).await;
        let error = publisher.client(None).userinfo(&token()).await;
        let error = error.expect_err("no claims");
        assert_eq!(error.kind(), kind, "{status}: {error}");
        assert!(!error.to_string().contains("canary"), "{error}");
        assert!(publisher.calls("/elsewhere").await.is_empty());
    }
}

#[test]
fn a_token_is_never_printed() {
    assert_eq!(format!("{:?}", token()), "[token]");
}

#[test]
fn an_error_says_its_kind_and_its_cause() {
    let error = Error::unavailable("no answer");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let text = "the identity provider is unavailable: no answer";
    assert_eq!(error.to_string(), text);
}

#[test]
fn only_addresses_of_this_machine_are_loopback() {
    for (address, expected) in [
        ("http://localhost:6100/a", true),
        ("http://acme.localhost", true),
        ("http://127.1.2.3", true),
        ("http://[::1]:80", true),
        ("http://localhost.example.com", false),
        ("http://notlocalhost", false),
        ("http://0.0.0.0", false),
        ("http://[::ffff:127.0.0.1]", false),
        ("file:///etc/hosts", false),
    ] {
        let url = Url::parse(address).expect("an address");
        assert_eq!(is_loopback(&url), expected, "{address}");
    }
}
