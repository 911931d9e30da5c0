//! A provider by discovery (OpenID Connect Discovery 1.0): asked when it is needed, kept for a
//! while, and believed only about itself.

use std::time::Duration;

use serde_json::json;
use wiremock::ResponseTemplate;

use super::provider::{METADATA, Publisher};

#[tokio::test]
async fn the_metadata_is_asked_for_when_it_is_needed_and_again_when_it_is_old() {
    let publisher = Publisher::start().await;
    let client = publisher.client(None);
    assert!(publisher.calls(METADATA).await.is_empty());
    for _ in 0..3 {
        let provider = client.provider().await.expect("metadata");
        assert!(provider.token_endpoint.path().ends_with("/tenant/token"));
    }
    assert_eq!(publisher.calls(METADATA).await.len(), 1);

    let moved = format!("{}/moved", publisher.issuer());
    publisher
        .publishes(&json!({ "token_endpoint": moved }))
        .await;
    publisher.clock.advance(Duration::from_secs(601));
    let provider = client.provider().await.expect("metadata");
    assert_eq!(provider.token_endpoint.as_str(), moved);
}

#[tokio::test]
async fn a_provider_that_did_not_answer_is_asked_again_after_a_moment() {
    let publisher = Publisher::start().await;
    let client = publisher.client(None);
    publisher.server.reset().await;
    let fault = ResponseTemplate::new(503);
    publisher.answers("GET", METADATA, fault).await;
    for _ in 0..3 {
        assert!(client.provider().await.is_err());
    }
    assert_eq!(publisher.calls(METADATA).await.len(), 1);
    publisher.publishes(&json!({})).await;
    publisher.clock.advance(Duration::from_secs(5));
    assert!(client.provider().await.is_ok());
}

#[tokio::test]
async fn the_issuer_is_compared_to_the_letter() {
    let publisher = Publisher::start().await;
    let with_slash = format!("{}/", publisher.issuer());
    let client = publisher.client_of(with_slash.clone(), None);
    assert!(client.provider().await.is_err(), "it names itself without");

    publisher.publishes(&json!({ "issuer": with_slash })).await;
    let client = publisher.client_of(with_slash, None);
    let provider = client.provider().await.expect("its name ends in a slash");
    assert_eq!(provider.issuer, client.issuer());
    assert!(publisher.client(None).provider().await.is_err());
}

#[tokio::test]
async fn metadata_that_would_send_secrets_elsewhere_in_the_open_is_refused() {
    let publisher = Publisher::start().await;
    for (endpoint, accepted) in [
        ("https://login.example.com/token", true),
        ("http://login.example.com/token", false),
        ("http://localhost.example.com/token", false),
        ("ftp://login.example.com/token", false),
        ("/token", false),
    ] {
        for name in [
            "token_endpoint",
            "userinfo_endpoint",
            "revocation_endpoint",
            "end_session_endpoint",
        ] {
            publisher.publishes(&json!({ name: endpoint })).await;
            let accepts = publisher.client(None).provider().await.is_ok();
            assert_eq!(accepts, accepted, "{name} {endpoint}");
        }
    }
}

#[tokio::test]
async fn what_a_provider_does_not_have_costs_only_itself() {
    let publisher = Publisher::start().await;
    let client = publisher.client(None);
    let token = backend::oidc::Token::new("refresh".to_owned());
    client
        .revoke(&token)
        .await
        .expect("there is nothing to ask");
    assert!(client.userinfo(&token).await.expect("nothing").is_none());
}
