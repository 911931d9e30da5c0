//! `/readyz` where the pages are missing, or the provider demands what the application cannot do.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{harness::test_app::TestApp, identity_provider};

#[tokio::test]
async fn an_application_is_not_ready_where_its_pages_answer_503() {
    let folder = TempDir::new().expect("a folder");
    let dist = folder.path().join("dist");
    let setting = format!("--frontend-dist={}", dist.display());
    for what in ["no folder", "an empty folder", "a page"] {
        let app = TestApp::with(&[&setting]).await;
        let browser = app.browser();
        let built = what == "a page";
        for path in ["/", "/profile"] {
            let page = browser.open(path).await;
            assert_eq!(page.status == 503, !built, "{what}: {path} {}", page.status);
        }
        let ready = browser.fetch("/readyz").await;
        assert_eq!(ready.status, if built { 200 } else { 503 }, "{what}");
        let frontend = if built { "available" } else { "unavailable" };
        assert_eq!(ready.json()["frontend"], frontend, "{what}");
        assert_eq!(ready.json()["ready"], built, "{what}");
        // For the next.
        match what {
            "no folder" => fs::create_dir(&dist).expect("a folder"),
            _ => fs::write(dist.join("index.html"), "<!doctype html>").expect("a file"),
        }
    }
}

async fn unsupported(changes: &Value, settings: &[&str]) -> Value {
    let app = identity_provider::with(changes, settings).await;
    let ready = app.browser().fetch("/readyz").await;
    assert_eq!(
        ready.status, 200,
        "its pages and sessions work: {}",
        ready.body
    );
    ready.json()["identityProviderUnsupported"].clone()
}

#[tokio::test]
async fn readiness_names_what_a_provider_demands_that_is_not_supported() {
    const ALGORITHMS: &str = "id_token_signing_alg_values_supported";
    const METHODS: &str = "token_endpoint_auth_methods_supported";
    const PUSHED: &str = "require_pushed_authorization_requests";
    const SIGNED: &str = "require_signed_request_object";
    const CHALLENGES: &str = "code_challenge_methods_supported";
    for (name, value, named) in [
        (ALGORITHMS, json!(["ES512"]), true),
        (ALGORITHMS, json!(["none", "HS256"]), true),
        (ALGORITHMS, json!(["ES512", "RS256"]), false),
        (ALGORITHMS, json!(["ES384"]), false),
        (ALGORITHMS, json!([]), false),
        (METHODS, json!(["private_key_jwt"]), true),
        (METHODS, json!(["tls_client_auth", "none"]), true),
        (
            METHODS,
            json!(["private_key_jwt", "client_secret_post"]),
            false,
        ),
        (METHODS, json!(["client_secret_basic"]), false),
        (METHODS, Value::Null, false),
        (METHODS, json!("private_key_jwt"), false),
        (PUSHED, json!(true), true),
        (PUSHED, json!("true"), true),
        (PUSHED, json!(false), false),
        (SIGNED, json!(true), true),
        (SIGNED, json!(7), false),
        (CHALLENGES, json!(["plain"]), true),
        (CHALLENGES, json!(["plain", "S256"]), false),
        (CHALLENGES, json!([]), false),
        (
            "response_types_supported",
            json!(["id_token", "code token"]),
            true,
        ),
        ("response_types_supported", json!(["code"]), false),
        ("grant_types_supported", json!(["implicit"]), true),
        (
            "grant_types_supported",
            json!(["authorization_code"]),
            false,
        ),
    ] {
        let expected = if named { json!([name]) } else { json!([]) };
        let changes = json!({ name: value });
        assert_eq!(unsupported(&changes, &[]).await, expected, "{changes}");
    }
    let keys_only = json!({ METHODS: ["private_key_jwt"] });
    let set = ["--oidc-client-auth=basic"];
    assert_eq!(
        unsupported(&keys_only, &set).await,
        json!([]),
        "who sets the method knows better than the metadata"
    );
}
