//! The claims of the user: from userinfo if there is such an endpoint, else from the ID token.

use serde_json::{Value, json};

use super::with;
use crate::harness::test_app::TestApp;

const CLAIMS: [&str; 2] = [
    "--oidc-tenant-claim=org.id",
    "--oidc-roles-claim=realm_access.roles",
];

async fn session(app: &TestApp) -> Value {
    app.signed_in().await.fetch("/api/session").await.json()
}

fn role(name: &str) -> Value {
    json!({ "id": name, "name": name, "displayName": name })
}

#[tokio::test]
async fn tenant_and_roles_come_from_the_claims_that_were_named() {
    for in_id_token in [true, false] {
        let app = with(&json!({}), &CLAIMS).await;
        let claims =
            json!({ "org": { "id": 42 }, "realm_access": { "roles": ["owner", "editor"] } });
        app.provider.script(|script| {
            if in_id_token {
                script.id_token_claims = claims;
            } else {
                let (org, realm) = (&claims["org"], &claims["realm_access"]);
                script.userinfo = json!({ "sub": "ada", "org": org, "realm_access": realm });
            }
        });
        let session = session(&app).await;
        assert_eq!(session["tenantId"], "42");
        let roles = json!([role("owner"), role("editor")]);
        assert_eq!(session["metadata"]["roles"], roles, "{in_id_token}");
    }
}

#[tokio::test]
async fn roles_are_read_in_every_shape_that_providers_give_them() {
    let claim = "--oidc-roles-claim=https://example.com/roles";
    let owner = json!({ "id": "1", "name": "owner", "displayName": "Owner" });
    for (shape, expected) in [
        (
            json!("owner editor"),
            json!([role("owner"), role("editor")]),
        ),
        (json!({ "owner": { "17": "org" } }), json!([role("owner")])),
        (
            json!([{ "id": 1, "name": "owner", "display_name": "Owner" }, null]),
            json!([owner]),
        ),
        (json!(true), json!([])),
    ] {
        let app = with(&json!({}), &[claim]).await;
        app.provider.script(|script| {
            script.userinfo = json!({ "sub": "ada", "https://example.com/roles": shape });
        });
        assert_eq!(session(&app).await["metadata"]["roles"], expected);
    }
}

#[tokio::test]
async fn without_userinfo_the_id_token_says_who_the_user_is() {
    let app = with(&json!({ "userinfo_endpoint": null }), &CLAIMS).await;
    app.provider.script(|script| {
        script.id_token_claims = json!({
            "name": "Ada", "email": "ada@king.example", "email_verified": "true",
            "org": { "id": "king" },
        });
    });
    let browser = app.signed_in().await;
    let session = browser.fetch("/api/session").await.json();
    assert_eq!(session["tenantId"], "king");
    assert_eq!(session["metadata"]["emailVerified"], true);
    let profile = browser.fetch("/api/profile").await;
    assert_eq!(profile.status, 200, "{}", profile.body);
    let profile = profile.json();
    assert_eq!(profile["email"], "ada@king.example");
    let created_at = &session["metadata"]["session"]["createdAt"];
    assert_eq!(&profile["fetchedAt"], created_at, "and when it said so");
    assert!(app.provider.calls("/oauth2/userinfo").await.is_empty());
}

#[tokio::test]
async fn userinfo_of_another_user_is_refused() {
    let app = with(&json!({}), &[]).await;
    app.provider
        .script(|script| script.userinfo = json!({ "sub": "alan" }));
    let answer = app.sign_in(&app.browser()).await;
    assert_eq!(answer.login_error().as_deref(), Some("login_failed"));
}
