//! `GET /api/auth/login`.

use crate::test_app::TestApp;

#[tokio::test]
async fn login_asks_for_a_code_with_state_nonce_and_pkce_at_the_tenants_host() {
    let app = TestApp::start().await;
    let answer = app
        .browser()
        .open("/api/auth/login?tenant_name=acme&login_hint=ada%40acme.example&idp_hint=okta&prompt=login")
        .await;
    assert_eq!(answer.status, 302);
    assert!(
        answer.location().starts_with(&format!("http://acme.{}/api/v1/oauth2/authorize?", app.provider.host())),
        "{}",
        answer.location()
    );
    for (name, value) in [
        ("client_id", "local-client"),
        ("response_type", "code"),
        ("scope", "openid offline_access email profile roles"),
        ("code_challenge_method", "S256"),
        ("login_hint", "ada@acme.example"),
        ("idp_hint", "okta"),
        ("prompt", "login"),
    ] {
        assert_eq!(answer.location_parameter(name).as_deref(), Some(value), "{name}");
    }
    assert!(answer.location_parameter("redirect_uri").is_some_and(|uri| uri.ends_with("/api/auth/callback")));
    for name in ["state", "nonce", "code_challenge"] {
        assert!(answer.location_parameter(name).is_some_and(|value| value.len() >= 32), "{name}");
    }
}
