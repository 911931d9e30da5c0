//! Nothing secret is exported, nor are the headers that the collector asks for in the log.

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::{
    collector::Collector,
    harness::{provider::CLIENT_ID, test_app::callback_path},
    node::Node,
};

const CANARIES: [&str; 10] = [
    "canary",
    "eyJ",
    "xxxxxxxxxx",
    "access-",
    "refresh-",
    "provider-session",
    "ada@",
    "Ada L",
    "Basic ",
    "Bearer ",
];

/// Signs in, or tries to: what must not be seen of it.
async fn sign_in(node: &Node) -> Vec<String> {
    let path = "/api/auth/login?tenant_name=acme&login_hint=canary%40hint.example";
    let login = node.browser.open(path).await;
    let parameters = ["state", "nonce", "code_challenge"];
    let parameter = |name| login.location_parameter(name).expect(name);
    let mut secrets: Vec<_> = parameters.map(parameter).into();
    node.browser.come_back(&callback_path(&login)).await;
    for value in node.browser.cookies().into_values() {
        secrets.extend(value.get(..20).map(str::to_owned));
        secrets.extend(
            value
                .get(value.len().saturating_sub(20)..)
                .map(str::to_owned),
        );
    }
    secrets
}

#[tokio::test]
async fn no_secret_token_code_or_id_is_in_a_span() {
    let collector = Collector::start().await;
    let environment = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.address()),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "authorization=canary-of-the-collector",
        ),
        ("CLIENT_ID", CLIENT_ID),
        ("CLIENT_SECRET", "canary-client-secret"),
        ("SESSION_SECRETS", "canary-session-secret-0123456789abcdef"),
        ("TOKEN_ENDPOINT", "on"),
        ("LOG_ADDRESSES", "on"),
        ("RUST_LOG", "trace"),
    ];
    let node = Node::start(&environment).await;
    let quoting = ResponseTemplate::new(400)
        .set_body_json(json!({ "error": "invalid_grant", "error_description": "canary" }));
    node.provider
        .instead_times("POST", "/oauth2/token", quoting, 1)
        .await;
    let mut secrets = sign_in(&node).await;
    node.provider
        .script(|script| script.access_token_lifetime = 0);
    secrets.extend(sign_in(&node).await);
    node.provider
        .script(|script| script.access_token_lifetime = 3600);
    for path in [
        "/api/session",
        "/api/profile",
        "/api/auth/token",
        "/api/sessions",
        "/api/no/canary?code=canary",
        "/canary?code=canary",
        "/assets/canary.js",
    ] {
        node.browser.fetch(path).await;
    }
    let session = node.browser.fetch("/api/session").await.json();
    let handle = session["metadata"]["session"]["handle"].as_str();
    let handle = handle.expect("a signed-in session").to_owned();
    let end = node
        .browser
        .request(reqwest::Method::DELETE, &format!("/api/sessions/{handle}"));
    node.browser
        .send(end.header("sec-fetch-site", "same-origin"))
        .await;
    secrets.push(handle);
    secrets.extend(sign_in(&node).await);
    node.browser
        .open("/api/auth/logout?tenant_name=canary")
        .await;

    let (code, log) = node.stop();
    assert_eq!(code, Some(0));
    let exports = collector.received().await;
    assert_eq!(
        exports[0].headers["authorization"],
        "canary-of-the-collector"
    );
    assert!(!log.contains("canary-of-the-collector"));
    let bodies: Vec<_> = exports
        .iter()
        .map(|export| String::from_utf8_lossy(&export.body))
        .collect();
    let exported = bodies.concat();
    for name in [
        "GET /api/auth/callback",
        "POST /api/v1/oauth2/revoke",
        "refresh tokens",
    ] {
        assert!(exported.contains(name), "{name} was exported: {exported}");
    }
    for secret in CANARIES.map(str::to_owned).iter().chain(&secrets) {
        assert!(!exported.contains(secret.as_str()), "{secret}: {exported}");
    }
}
