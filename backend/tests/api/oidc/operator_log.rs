//! Log lines for the operator about metadata and responses that cannot be used.

use serde_json::{Value, json};
use storage::Clock;
use wiremock::ResponseTemplate;

use crate::harness::{
    browser::Browser,
    process::{Process, free_port},
    provider::{KEY_ID, Provider},
    publisher::{METADATA, Publisher, changed},
    signing::{KEY, sign},
    test_app::callback_path,
};

/// The log of an application that has read the metadata of this publisher once, and what its
/// `/readyz` said of the provider.
async fn read_by_an_application(publisher: &Publisher) -> (String, Value) {
    let (port, issuer) = (free_port().to_string(), publisher.issuer());
    let settings = [
        ("PORT", port.as_str()),
        ("OIDC_ISSUER", issuer.as_str()),
        ("CLIENT_ID", "client"),
        ("CLIENT_SECRET", "secret"),
    ];
    let mut process = Process::start(&settings, &[]);
    process.wait_for("listening on");
    let browser = Browser::new(&format!("http://127.0.0.1:{port}"));
    let ready = browser.fetch("/readyz").await.json();
    (process.kill(), ready)
}

#[tokio::test]
async fn a_member_of_the_metadata_that_is_missing_or_odd_is_named_in_the_log() {
    let publisher = Publisher::start().await;
    for (changes, line, available) in [
        (
            json!({ "jwks_uri": null }),
            "provider metadata: jwks_uri is missing",
            false,
        ),
        (
            json!({ "token_endpoint": 7 }),
            "provider metadata: token_endpoint is of another type",
            false,
        ),
        (
            json!({ "authorization_endpoint": "/authorize" }),
            "provider metadata: authorization_endpoint: ",
            false,
        ),
        (
            json!({ "issuer": ["https://canary.example"] }),
            "provider metadata: issuer is of another type",
            false,
        ),
        (
            json!({ "userinfo_endpoint": "userinfo" }),
            "provider metadata: userinfo_endpoint: ",
            false,
        ),
        (
            json!({ "userinfo_endpoint": ["canary"] }),
            "member=\"userinfo_endpoint\"",
            true,
        ),
        (
            json!({ "scopes_supported": "openid canary" }),
            "member=\"scopes_supported\"",
            true,
        ),
        (
            json!({ "backchannel_logout_supported": "canary" }),
            "member=\"backchannel_logout_supported\"",
            true,
        ),
        (
            json!({ "id_token_signing_alg_values_supported": "RS256 canary" }),
            "member=\"id_token_signing_alg_values_supported\"",
            true,
        ),
        (
            json!({ "token_endpoint_auth_methods_supported": { "canary": 1 } }),
            "member=\"token_endpoint_auth_methods_supported\"",
            true,
        ),
    ] {
        publisher.publishes(&changes).await;
        let (log, ready) = read_by_an_application(&publisher).await;
        assert!(log.contains(line), "{changes}: {log}");
        assert!(!log.contains("canary"), "{changes}: {log}");
        let expected = if available {
            "available"
        } else {
            "unavailable"
        };
        assert_eq!(ready["identityProvider"], expected, "{changes}: {ready}");
        assert_eq!(ready["ready"], true, "{changes}: {ready}");
    }
}

#[tokio::test]
async fn an_answer_with_an_encoding_that_was_not_asked_for_is_named_in_the_log() {
    let publisher = Publisher::start().await;
    let gzip = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0];
    let answer = ResponseTemplate::new(200)
        .insert_header("content-encoding", "gzip")
        .set_body_bytes(gzip);
    publisher.server.reset().await;
    publisher.answers("GET", METADATA, answer).await;
    let (log, _) = read_by_an_application(&publisher).await;
    assert!(log.contains("content-encoding is gzip"), "{log}");
}

/// Signs in at this application with these changes to the answer of the token endpoint and to the
/// claims of its ID token.
async fn sign_in(origin: &str, provider: &Provider, answer: &Value, claims: &Value) {
    let browser = Browser::new(origin);
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let now = Clock::default().now().as_second();
    let good = json!({
        "iss": provider.issuer(), "aud": "local-client", "sub": "ada", "iat": now,
        "exp": now + 300, "nonce": login.location_parameter("nonce"),
    });
    let token = sign(&changed(good, claims), &KEY, Some(KEY_ID));
    let good = json!({
        "access_token": "access", "token_type": "Bearer", "expires_in": 3600, "id_token": token,
    });
    let odd = ResponseTemplate::new(200).set_body_json(changed(good, answer));
    provider.instead("POST", "/oauth2/token", odd).await;
    let end = browser.come_back(&callback_path(&login)).await;
    assert_eq!(end.location(), "/", "{answer} {claims}");
    provider.answer_well().await;
}

#[tokio::test]
async fn a_member_of_a_token_answer_or_id_token_that_is_odd_is_named_in_the_log() {
    let provider = Provider::start(Clock::default()).await;
    let (origin, process) = Process::serving(&provider, &[]);
    let cases = [
        ("token response", "expires_in", json!(["canary"])),
        ("token response", "expires_in", json!("canary")),
        ("token response", "token_type", json!({ "canary": 1 })),
        ("token response", "refresh_token", json!(["canary"])),
        ("ID token", "auth_time", json!("canary")),
        ("ID token", "auth_time", json!({ "canary": 1 })),
        ("ID token", "auth_time", json!("")),
        ("ID token", "sid", json!(["canary"])),
    ];
    for (document, member, value) in &cases {
        let (odd, none) = (json!({ *member: value }), json!({}));
        if *document == "ID token" {
            sign_in(&origin, &provider, &none, &odd).await;
        } else {
            sign_in(&origin, &provider, &odd, &none).await;
        }
    }
    let log = process.kill();
    for (document, member, _) in &cases {
        let line = format!("document=\"{document}\" member=\"{member}\"");
        let named = log.matches(&line).count();
        let odd = cases
            .iter()
            .filter(|case| (case.0, case.1) == (*document, *member));
        assert_eq!(named, odd.count(), "{line}: {log}");
    }
    assert!(!log.contains("canary"), "{log}");
}

#[tokio::test]
async fn members_that_are_missing_or_can_be_read_are_not_in_the_log() {
    let provider = Provider::start(Clock::default()).await;
    let (origin, process) = Process::serving(&provider, &[]);
    for (answer, claims) in [
        (json!({}), json!({ "auth_time": 0, "sid": "a" })),
        (json!({ "expires_in": "3600" }), json!({ "auth_time": "0" })),
        (
            json!({ "token_type": null, "refresh_token": null }),
            json!({}),
        ),
        (
            json!({ "refresh_token": "" }),
            json!({ "auth_time": null, "sid": null }),
        ),
    ] {
        sign_in(&origin, &provider, &answer, &claims).await;
    }
    let log = process.kill();
    assert!(!log.contains("counts as absent"), "{log}");
}
