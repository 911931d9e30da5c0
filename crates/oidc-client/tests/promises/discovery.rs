//! A provider by discovery (OpenID Connect Discovery 1.0): asked when it is needed, kept for a
//! while, and believed only about itself.

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::publisher::{METADATA, Publisher};

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
async fn metadata_that_was_read_before_the_clock_was_set_back_is_read_again() {
    let publisher = Publisher::start().await;
    let client = publisher.client(None);
    client.provider().await.expect("metadata");
    publisher.clock.set_back(Duration::from_secs(3600));
    client.provider().await.expect("metadata");
    assert_eq!(publisher.calls(METADATA).await.len(), 2);
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
    let other = publisher.client(None);
    let error = other.provider().await.expect_err("refused").to_string();
    let named = format!("the metadata of {} names another issuer", other.issuer());
    assert!(error.contains(&named), "{error}");
    assert!(error.ends_with(client.issuer()), "{error}");
}

#[tokio::test]
async fn metadata_that_would_send_secrets_elsewhere_in_the_open_is_refused() {
    let names = [
        "token_endpoint",
        "userinfo_endpoint",
        "revocation_endpoint",
        "end_session_endpoint",
    ];
    let endpoints = [
        ("https://login.example.com/token", true),
        ("http://login.example.com/token", false),
        ("http://localhost.example.com/token", false),
        ("ftp://login.example.com/token", false),
        ("/token", false),
    ];
    assert_accepts(&names, &endpoints).await;
}

/// Metadata with each of these endpoints, under each of these names, is accepted as it says.
async fn assert_accepts(names: &[&str], endpoints: &[(&str, bool)]) {
    let publisher = Publisher::start().await;
    for (endpoint, accepted) in endpoints {
        for name in names {
            publisher.publishes(&json!({ *name: endpoint })).await;
            let accepts = publisher.client(None).provider().await.is_ok();
            assert_eq!(accepts, *accepted, "{name} {endpoint}");
        }
    }
}

#[tokio::test]
async fn what_a_provider_does_not_have_costs_only_itself() {
    let publisher = Publisher::start().await;
    let client = publisher.client(None);
    let token = oidc_client::Token::new("refresh".to_owned());
    client
        .revoke(&token)
        .await
        .expect("there is nothing to ask");
    assert!(client.userinfo(&token).await.expect("nothing").is_none());
}

#[tokio::test]
async fn optional_members_of_another_type_count_as_absent() {
    let publisher = Publisher::start().await;
    for (changes, lacks) in [
        (
            json!({ "end_session_endpoint": "" }),
            "end_session_endpoint",
        ),
        (
            json!({ "end_session_endpoint": null }),
            "end_session_endpoint",
        ),
        (json!({ "userinfo_endpoint": ["a"] }), "userinfo_endpoint"),
        (json!({ "revocation_endpoint": {} }), "revocation_endpoint"),
        (
            json!({ "backchannel_logout_supported": null }),
            "backchannel_logout",
        ),
        (
            json!({ "backchannel_logout_supported": "no" }),
            "backchannel_logout",
        ),
        (
            json!({ "backchannel_logout_supported": 1 }),
            "backchannel_logout",
        ),
        (json!({ "scopes_supported": "openid" }), "offline_access"),
        (
            json!({ "token_endpoint_auth_methods_supported": "x" }),
            "userinfo_endpoint",
        ),
        (
            json!({ "id_token_signing_alg_values_supported": null }),
            "userinfo_endpoint",
        ),
        (
            json!({ "authorization_response_iss_parameter_supported": "yes" }),
            "userinfo_endpoint",
        ),
    ] {
        publisher.publishes(&changes).await;
        let provider = publisher.client(None).provider().await;
        let provider = provider.unwrap_or_else(|error| panic!("{changes}: {error}"));
        assert!(provider.missing_features().contains(&lacks), "{changes}");
    }
    publisher
        .publishes(&json!({ "backchannel_logout_supported": "true" }))
        .await;
    let provider = publisher.client(None).provider().await.expect("metadata");
    assert!(provider.backchannel_logout_supported);
}

#[tokio::test]
async fn a_required_member_that_is_missing_is_named() {
    let publisher = Publisher::start().await;
    for name in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
    ] {
        for odd in [Value::Null, json!(""), json!(7)] {
            publisher.publishes(&json!({ name: odd })).await;
            assert!(
                publisher.client(None).provider().await.is_err(),
                "{name}: {odd}"
            );
        }
    }
}

#[tokio::test]
async fn a_remote_issuer_names_nothing_on_this_machine_and_no_credentials() {
    let names = [
        "token_endpoint",
        "userinfo_endpoint",
        "end_session_endpoint",
    ];
    let endpoints = [
        ("http://localhost:1/token", true),
        ("https://user@login.example.com/token", false),
        ("https://user:secret@login.example.com/token", false),
        ("https://:secret@login.example.com/token", false),
    ];
    assert_accepts(&names, &endpoints).await;
}

#[tokio::test]
async fn an_issuer_that_is_not_this_machine_names_no_endpoint_without_tls() {
    let publisher = Publisher::start().await;
    // The same server at an address that is not known to be this machine's.
    let issuer = publisher.issuer().replace("localhost", "0.0.0.0");
    let https = |name: &str| format!("https://login.example.com/{name}");
    let remote = json!({
        "issuer": issuer, "authorization_endpoint": https("authorize"),
        "token_endpoint": https("token"), "jwks_uri": https("keys"),
    });
    publisher.publishes(&remote).await;
    let provider = publisher.client_of(issuer.clone(), None).provider().await;
    assert!(provider.is_ok(), "{provider:?}");
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        let mut changes = remote.clone();
        changes[name] = json!(publisher.issuer());
        publisher.publishes(&changes).await;
        let provider = publisher.client_of(issuer.clone(), None).provider().await;
        assert!(provider.is_err(), "{name}");
    }
}

#[tokio::test]
async fn answers_are_asked_for_without_an_encoding() {
    let publisher = Publisher::start().await;
    publisher.client(None).provider().await.expect("metadata");
    let calls = publisher.calls(METADATA).await;
    assert_eq!(calls[0].headers["accept-encoding"], "identity");
}
