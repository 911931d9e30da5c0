//! A token for each audience (RFC 8707): requested by refresh, kept beside the session's own.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use sessions::StoreKind;
use wiremock::ResponseTemplate;

use super::with_service;

use crate::harness::provider::oauth_error;

const RESOURCE: &str = "https://orders.example";
const SETTINGS: [&str; 2] = [
    "--api-orders-resource=https://orders.example",
    "--api-orders-scopes=orders.read orders.write",
];

on_every_store! {
    a_service_with_a_resource_gets_a_token_of_its_own_which_is_kept,
    both_tokens_are_refreshed_by_one_chain_of_refresh_tokens,
    concurrent_requests_get_one_token_for_their_service,
    a_token_that_a_service_refuses_is_renewed_for_it_alone,
    a_provider_that_refuses_a_token_for_a_service_ends_no_session,
}

async fn a_service_with_a_resource_gets_a_token_of_its_own_which_is_kept(store: StoreKind) {
    let (app, service) = with_service(store, &SETTINGS).await;
    let browser = app.signed_in().await;
    for _ in 0..3 {
        assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
    }
    assert_eq!(service.tokens(), ["access-2-"; 3]);
    let forms = app.provider.posted("/oauth2/token").await;
    assert_eq!(forms.len(), 2, "the sign-in and one refresh");
    assert_eq!(forms[1]["resource"], RESOURCE);
    assert_eq!(forms[1]["scope"], "orders.read orders.write");
    // The session's own token is as it was.
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    let calls = app.provider.calls("/oauth2/userinfo").await;
    let bearer = calls
        .last()
        .map(|call| call.headers["authorization"].clone());
    let bearer = bearer.expect("a call");
    assert!(
        bearer
            .to_str()
            .expect("text")
            .starts_with("Bearer access-1-")
    );
    assert_eq!(app.provider.refreshes().await, 1);
    let facts = browser.fetch("/api/session").await.json();
    for name in ["tokenRefreshedAt", "tokenRefreshedBy"] {
        assert_eq!(facts["metadata"]["session"][name], Value::Null, "{name}");
    }
}

async fn both_tokens_are_refreshed_by_one_chain_of_refresh_tokens(store: StoreKind) {
    let (app, service) = with_service(store, &SETTINGS).await;
    app.provider.script(|script| {
        script.access_token_lifetime = 300;
        script.detects_reuse = true;
    });
    let browser = app.signed_in().await;
    for _ in 0..3 {
        assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
        assert_eq!(browser.fetch("/api/profile").await.status, 200);
        app.clock.advance(Duration::from_secs(301));
    }
    let used = app.provider.refreshed_with().await;
    let chain: Vec<_> = (1..=used.len())
        .map(|number| format!("refresh-{number}-"))
        .collect();
    assert_eq!(used, chain, "each is used once, and the newest");
    assert_eq!(service.received().len(), 3);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

async fn concurrent_requests_get_one_token_for_their_service(store: StoreKind) {
    let (app, service) = with_service(
        store,
        &[&SETTINGS[..], &["--api-concurrency=1000"]].concat(),
    )
    .await;
    app.provider.script(|script| {
        script.access_token_lifetime = 300;
        script.detects_reuse = true;
    });
    let browser = app.signed_in().await;
    app.clock.advance(Duration::from_secs(301));
    let orders = join_all((0..20).map(|_| browser.fetch("/api/orders/7")));
    let profiles = join_all((0..20).map(|_| browser.fetch("/api/profile")));
    let (orders, profiles) = join(orders, profiles).await;
    for answer in orders.iter().chain(&profiles) {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let mut tokens = service.tokens();
    tokens.dedup();
    assert_eq!(tokens.len(), 1, "{tokens:?}");
    assert_eq!(
        app.provider.refreshes().await,
        2,
        "one for each kind of token"
    );
}

async fn a_token_that_a_service_refuses_is_renewed_for_it_alone(store: StoreKind) {
    let (app, service) = with_service(store, &SETTINGS).await;
    let browser = app.signed_in().await;
    assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
    app.clock.advance(Duration::from_secs(60));
    service.refuse(&["access-2-"]);
    assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
    assert_eq!(service.tokens(), ["access-2-", "access-2-", "access-3-"]);
    let forms = app.provider.posted("/oauth2/token").await;
    assert_eq!(
        forms.last().map(|form| form["resource"].as_str()),
        Some(RESOURCE)
    );
    assert_eq!(forms.len(), 3);
}

async fn a_provider_that_refuses_a_token_for_a_service_ends_no_session(store: StoreKind) {
    let (app, service) = with_service(store, &SETTINGS).await;
    let browser = app.signed_in().await;
    for error in ["invalid_target", "invalid_scope", "access_denied"] {
        let refusal = oauth_error(400, error);
        app.provider.instead("POST", "/oauth2/token", refusal).await;
        let answer = browser.fetch("/api/orders/7").await;
        answer.assert_problem(503, "identity_provider_unavailable");
        app.provider.answer_well().await;
        // A failure is the outcome for a second.
        tokio::time::sleep(Duration::from_millis(1_050)).await;
    }
    assert!(service.received().is_empty());
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
}

#[tokio::test]
async fn a_user_who_has_not_consented_to_a_service_keeps_the_session() {
    let (app, service) = with_service(StoreKind::Cookie, &SETTINGS).await;
    let browser = app.signed_in().await;
    let refusal = oauth_error(400, "invalid_grant");
    app.provider
        .instead_times("POST", "/oauth2/token", refusal, 1)
        .await;
    let answer = browser.fetch("/api/orders/7").await;
    answer.assert_problem(503, "identity_provider_unavailable");
    assert!(service.received().is_empty());
    // The refresh without the service showed that the refresh token is valid.
    let forms = app.provider.posted("/oauth2/token").await;
    assert!(!forms[2].contains_key("resource"));
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_revoked_refresh_token_ends_the_session_also_at_a_call_of_a_service() {
    let (app, _service) = with_service(StoreKind::Cookie, &SETTINGS).await;
    let browser = app.signed_in().await;
    let refusal = oauth_error(400, "invalid_grant");
    app.provider.instead("POST", "/oauth2/token", refusal).await;
    let answer = browser.fetch("/api/orders/7").await;
    answer.assert_problem(401, "session_refused");
}

#[tokio::test]
async fn an_unusable_response_for_a_service_ends_no_session_of_older_cookies() {
    let (app, _service) = with_service(StoreKind::Cookie, &SETTINGS).await;
    let browser = app.signed_in().await;
    let older = app.copy_of(&browser);
    let unusable = ResponseTemplate::new(200).set_body_json(json!({ "token_type": "Bearer" }));
    app.provider
        .instead("POST", "/oauth2/token", unusable)
        .await;
    for requester in [&browser, &older] {
        let answer = requester.fetch("/api/orders/7").await;
        answer.assert_problem(503, "identity_provider_unavailable");
    }
    assert_eq!(app.provider.refreshes().await, 1, "the token is spent once");
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn the_sign_in_names_the_resource_for_providers_that_ask_for_it() {
    let (app, _service) = with_service(StoreKind::Cookie, &SETTINGS).await;
    let login = app.browser().open("/api/auth/login?tenant_name=acme").await;
    assert_eq!(
        login.location_parameter("resource").as_deref(),
        Some(RESOURCE)
    );
}

fn jwt(audience: &Value) -> String {
    let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = encode(&json!({ "sub": "ada", "aud": audience }));
    format!("{}.{claims}.signature", encode(&json!({ "alg": "RS256" })))
}

#[tokio::test]
async fn a_provider_that_ignores_the_resource_is_named_by_readyz_and_its_token_is_sent() {
    for (token, is_ignored) in [
        (jwt(&Value::Null), true),
        (jwt(&json!("https://other.example")), true),
        (jwt(&json!(RESOURCE)), false),
        (jwt(&json!(["https://other.example", RESOURCE])), false),
        ("opaque".to_owned(), false),
        ("a.b.c".to_owned(), false),
    ] {
        let (app, service) = with_service(StoreKind::Cookie, &SETTINGS).await;
        let browser = app.signed_in().await;
        let answer = json!({
            "access_token": token, "token_type": "Bearer", "expires_in": 300,
            "refresh_token": "refresh-2-",
        });
        let answer = ResponseTemplate::new(200).set_body_json(answer);
        app.provider.instead("POST", "/oauth2/token", answer).await;
        assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
        assert_eq!(service.take_one().token(), token);
        let ready = browser.fetch("/readyz").await;
        let named = if is_ignored {
            json!(["orders"])
        } else {
            json!([])
        };
        assert_eq!(ready.json()["apisWithoutAudience"], named, "{token}");
        assert_eq!(ready.status, 200);
    }
}

#[tokio::test]
async fn another_node_sends_the_token_that_the_first_has_requested() {
    let (app, service) = with_service(StoreKind::Redis, &SETTINGS).await;
    let browser = app.signed_in().await;
    assert_eq!(browser.fetch("/api/orders/7").await.status, 200);
    let node = app.another_node(&[]).await;
    let there = node.copy_of(&browser);
    assert_eq!(there.fetch("/api/orders/7").await.status, 200);
    assert_eq!(service.tokens(), ["access-2-"; 2]);
    assert_eq!(app.provider.refreshes().await, 1);
}
