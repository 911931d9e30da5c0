//! The addresses that the browser is sent to.

use oidc_client::{AuthorizationRequest, Settings, Token};
use serde_json::json;
use url::Url;

use crate::publisher::Publisher;

fn parameter(url: &Url, name: &str) -> Vec<String> {
    let pairs = url.query_pairs().filter(|(known, _)| known == name);
    pairs.map(|(_, value)| value.into_owned()).collect()
}

async fn authorization_url(publisher: &Publisher, params: &[(&str, &str)]) -> Url {
    let params = params.iter().map(|(name, value)| {
        let (name, value) = (*name, *value);
        (name.to_owned(), value.to_owned())
    });
    let client = publisher.client_with(Settings {
        authorization_params: params.collect(),
        ..Settings::new(publisher.issuer(), "client:1", "s%cret+".into())
    });
    let endpoint = client.provider().await.expect("metadata");
    let request = AuthorizationRequest {
        redirect_uri: "https://app.example/callback?a=b",
        state: "state",
        nonce: "nonce",
        code_challenge: "challenge",
        hints: &[("prompt", Some("login")), ("login_hint", None)],
    };
    let url = client.authorization_url(endpoint.authorization_endpoint.clone(), &request);
    url.await.expect("an address")
}

#[tokio::test]
async fn an_authorization_request_has_state_nonce_and_a_code_challenge() {
    let publisher = Publisher::start().await;
    let url = authorization_url(&publisher, &[]).await;
    for (name, value) in [
        ("client_id", "client:1"),
        ("redirect_uri", "https://app.example/callback?a=b"),
        ("response_type", "code"),
        ("state", "state"),
        ("nonce", "nonce"),
        ("code_challenge", "challenge"),
        ("code_challenge_method", "S256"),
        ("prompt", "login"),
    ] {
        assert_eq!(parameter(&url, name), [value], "{name}");
    }
    assert!(parameter(&url, "login_hint").is_empty());
}

#[tokio::test]
async fn a_parameter_of_one_request_replaces_that_of_all_requests() {
    let publisher = Publisher::start().await;
    let params = [("prompt", "consent"), ("access_type", "offline")];
    let url = authorization_url(&publisher, &params).await;
    assert_eq!(parameter(&url, "prompt"), ["login"]);
    assert_eq!(parameter(&url, "access_type"), ["offline"]);
}

#[tokio::test]
async fn scopes_that_the_provider_does_not_offer_are_not_asked_for() {
    let publisher = Publisher::start().await;
    for (offered, asked) in [
        (json!(null), "openid email profile"),
        (json!(["openid", "email"]), "openid email"),
        (
            json!(["openid", "offline_access", "phone"]),
            "openid offline_access",
        ),
        (json!([]), "openid"),
    ] {
        publisher
            .publishes(&json!({ "scopes_supported": offered }))
            .await;
        let url = authorization_url(&publisher, &[]).await;
        assert_eq!(parameter(&url, "scope"), [asked], "{offered}");
    }
}

#[tokio::test]
async fn a_hint_that_makes_the_address_of_a_sign_out_too_long_is_left_out() {
    let publisher = Publisher::start().await;
    let client = publisher.client(None);
    let hint = Token::new("short".to_owned());
    let url = client.end_session_url(Some(&hint), "https://app.example", "state");
    assert_eq!(url.await.expect("metadata"), None, "it has no endpoint");

    let endpoint = format!("{}/logout", publisher.issuer());
    let changes = json!({ "end_session_endpoint": endpoint });
    publisher.publishes(&changes).await;
    let client = publisher.client(None);
    for (length, is_sent) in [(100, true), (2_000, false)] {
        let hint = Token::new("x".repeat(length));
        let url = client.end_session_url(Some(&hint), "https://app.example", "state");
        let url = url.await.expect("metadata").expect("an address");
        assert_eq!(parameter(&url, "id_token_hint").len(), usize::from(is_sent));
        assert_eq!(
            parameter(&url, "post_logout_redirect_uri"),
            ["https://app.example"]
        );
        assert_eq!(parameter(&url, "state"), ["state"]);
    }
}
