//! Signing in: three settings are enough, and the rest is read when it is needed.

use std::time::Duration;

use serde_json::json;

use super::{SETTINGS, publish, with};
use crate::harness::test_app::{TestApp, callback_path};

#[tokio::test]
async fn issuer_client_id_and_secret_are_enough_to_sign_in() {
    let app = with(&json!({}), &[]).await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?return_url=/profile").await;
    let start = format!("{}/authorize?policy=1&client_id=", app.provider.issuer());
    assert!(login.location().starts_with(&start), "{}", login.location());
    let scope = login.location_parameter("scope");
    let offered = "openid offline_access email profile";
    assert_eq!(scope.as_deref(), Some(offered), "what it offers");
    assert_eq!(app.come_back(&browser, &login).await.location(), "/profile");

    let session = browser.fetch("/api/session").await.json();
    assert_eq!(session["userId"], "ada");
    assert_eq!(session["tenantId"], "localhost", "the issuer's host");
    assert_eq!(session["metadata"]["email"], "ada@acme.example");
    let config = browser.fetch("/api/config").await.json();
    assert_eq!(config["hasTenants"], false);
    assert_eq!(config["localProvider"], false);
    let ready = browser.fetch("/readyz").await.json();
    assert_eq!(ready["identityProviderLacks"], json!([]));
}

#[tokio::test]
async fn the_application_starts_without_its_provider_and_finds_it_later() {
    let app = TestApp::with(&SETTINGS).await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login").await;
    let unavailable = Some("identity_provider_unavailable".to_owned());
    assert_eq!(login.login_error(), unavailable);
    publish(&app, &json!({ "issuer": "http://localhost:1" })).await;
    app.clock.advance(Duration::from_secs(5));
    let login = browser.open("/api/auth/login").await;
    assert_eq!(login.login_error(), unavailable, "another's metadata");
    publish(&app, &json!({})).await;
    app.clock.advance(Duration::from_secs(5));
    app.signed_in().await;
}

#[tokio::test]
async fn a_provider_that_does_not_say_what_it_offers_is_asked_for_what_all_have() {
    let app = with(&json!({ "scopes_supported": null }), &[]).await;
    let login = app.browser().open("/api/auth/login").await;
    let scope = login.location_parameter("scope");
    assert_eq!(scope.as_deref(), Some("openid email profile"));
    let set = with(
        &json!({ "scopes_supported": null }),
        &["--scopes=openid custom"],
    )
    .await;
    let login = set.browser().open("/api/auth/login").await;
    let scope = login.location_parameter("scope");
    assert_eq!(scope.as_deref(), Some("openid custom"), "as it was set");
}

#[tokio::test]
async fn where_the_provider_promises_to_name_itself_an_answer_without_a_name_is_refused() {
    let promise = json!({ "authorization_response_iss_parameter_supported": true });
    let app = with(&promise, &[]).await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login").await;
    let answer = app.come_back(&browser, &login).await;
    assert_eq!(answer.login_error().as_deref(), Some("login_failed"));
    assert!(app.provider.posted("/oauth2/token").await.is_empty());

    let login = browser.open("/api/auth/login").await;
    let named = format!("{}&iss={}", callback_path(&login), app.provider.issuer());
    assert_eq!(browser.come_back(&named).await.location(), "/");
}

#[tokio::test]
async fn authorization_requests_say_what_was_set_unless_they_know_better() {
    let params = "--oidc-authorization-params=access_type=offline&prompt=consent&audience=a%20b";
    let app = with(&json!({}), &[params]).await;
    let login = app.browser().open("/api/auth/login").await;
    for (name, value) in [
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("audience", "a b"),
    ] {
        assert_eq!(login.location_parameter(name).as_deref(), Some(value));
    }
    let login = app.browser().open("/api/auth/login?prompt=login").await;
    assert!(login.location().contains("&prompt=login"));
    assert!(
        !login.location().contains("consent"),
        "{}",
        login.location()
    );
}

#[tokio::test]
async fn readiness_names_what_the_provider_does_not_offer() {
    let missing = json!({
        "userinfo_endpoint": null, "revocation_endpoint": null, "end_session_endpoint": null,
        "backchannel_logout_supported": null, "scopes_supported": ["openid"],
    });
    let app = with(&missing, &[]).await;
    let ready = app.browser().fetch("/readyz").await;
    assert_eq!(ready.status, 200, "none of it is needed");
    let all = json!([
        "userinfo_endpoint",
        "revocation_endpoint",
        "end_session_endpoint",
        "backchannel_logout",
        "offline_access",
    ]);
    assert_eq!(ready.json()["identityProviderLacks"], all);
}
