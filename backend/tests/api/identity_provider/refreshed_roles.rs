//! Roles at a refresh: from an ID token with a valid signature, else from userinfo.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{publish, with};
use crate::harness::{
    browser::Browser,
    provider::{KEY_ID, Script},
    signing::{KEY, OTHER_KEY, sign},
    test_app::TestApp,
};

const ADMIN: &str = "/api/admin/node";
const ROLE: &str = "app:local:admin";

/// A browser whose access token expires; `first`: the provider's responses at the sign-in.
async fn expired(settings: &[&str], first: impl FnOnce(&mut Script)) -> (TestApp, Browser) {
    let app = with(&json!({}), settings).await;
    app.provider.script(|script| {
        script.access_token_lifetime = 1_200;
        script.userinfo = json!({ "sub": "ada" });
        first(script);
    });
    let browser = app.signed_in().await;
    app.clock.advance(Duration::from_secs(1_200));
    (app, browser)
}

#[tokio::test]
async fn roles_in_a_refreshed_id_token_count_and_userinfo_is_not_asked() {
    let claim = ["--oidc-roles-claim=realm_access.roles"];
    for (before, after, status) in [
        (json!([ROLE]), json!(["other"]), 403),
        (json!([ROLE]), json!([]), 403),
        (json!(["other"]), json!([ROLE]), 200),
    ] {
        let claims = json!({ "realm_access": { "roles": before } });
        let first = |script: &mut Script| script.id_token_claims = claims;
        let (app, browser) = expired(&claim, first).await;
        let asked = app.provider.calls("/oauth2/userinfo").await.len();
        app.provider.script(|script| {
            script.id_token_claims = json!({ "realm_access": { "roles": after } });
        });
        assert_eq!(browser.fetch(ADMIN).await.status, status, "{after}");
        let asked_since = app.provider.calls("/oauth2/userinfo").await.len() - asked;
        assert_eq!(asked_since, 0, "{after}");
    }
}

#[tokio::test]
async fn without_roles_in_the_id_token_userinfo_is_asked_with_the_new_access_token() {
    let (app, browser) = expired(&["--oidc-roles-claim=groups"], |script| {
        script.userinfo = json!({ "sub": "ada", "groups": [ROLE] });
    })
    .await;
    app.provider
        .script(|script| script.userinfo = json!({ "sub": "ada", "groups": "other" }));
    browser.fetch(ADMIN).await.assert_problem(403, "forbidden");
    let calls = app.provider.calls("/oauth2/userinfo").await;
    let bearer = calls.last().expect("a call").headers["authorization"].to_str();
    let bearer = bearer.expect("text");
    assert!(bearer.starts_with("Bearer access-2-"), "{bearer}");
}

#[tokio::test]
async fn an_id_token_whose_signature_is_not_checked_grants_no_role() {
    let (app, browser) = expired(&["--oidc-roles-claim=groups"], |_| {}).await;
    let fault = ResponseTemplate::new(500);
    app.provider.instead("GET", "/oauth2/jwks", fault).await;
    app.provider.script(|script| {
        script.id_token_claims = json!({ "groups": [ROLE] });
        script.id_token = Arc::new(|claims| sign(claims, &OTHER_KEY, Some("unknown")).into());
    });
    browser.fetch(ADMIN).await.assert_problem(403, "forbidden");
    assert_eq!(browser.fetch("/api/session").await.status, 200);

    publish(&app, &json!({})).await;
    app.clock.advance(Duration::from_secs(1_200));
    app.provider.script(|script| {
        script.id_token = Arc::new(|claims| sign(claims, &KEY, Some(KEY_ID)).into())
    });
    assert_eq!(browser.fetch(ADMIN).await.status, 200, "signed, it does");
}

#[tokio::test]
async fn without_a_roles_claim_a_refresh_asks_for_nothing_more() {
    let (app, browser) = expired(&[], |_| {}).await;
    let asked = app.provider.calls("/oauth2/userinfo").await.len();
    browser.fetch(ADMIN).await.assert_problem(403, "forbidden");
    assert_eq!(app.provider.refreshes().await, 1);
    assert_eq!(app.provider.calls("/oauth2/userinfo").await.len(), asked);
}
