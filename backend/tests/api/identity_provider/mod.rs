//! Any other provider than Wristband: found by its issuer, and used as far as its metadata goes.

mod claims;
mod odd_answers;
mod refresh;
mod refreshed_roles;
mod sign_in;
mod sign_out;

use serde_json::{Value, json};
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{method, path},
};

use crate::harness::{publisher::changed, test_app::TestApp};

const METADATA: &str = "/.well-known/openid-configuration";

/// All that has to be set.
const SETTINGS: [&str; 3] = [
    "--oidc-issuer={issuer}",
    "--client-id=local-client",
    "--client-secret=secret",
];

/// An application whose provider publishes metadata with these changes.
pub async fn with(changes: &Value, settings: &[&str]) -> TestApp {
    let app = TestApp::with(&[&SETTINGS, settings].concat()).await;
    publish(&app, changes).await;
    app
}

/// From now on the provider publishes this; the application reads it when what it has is too old.
async fn publish(app: &TestApp, changes: &Value) {
    let issuer = app.provider.issuer();
    let endpoint = |name: &str| format!("{issuer}/api/v1/oauth2/{name}");
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize?policy=1"),
        "token_endpoint": endpoint("token"),
        "jwks_uri": endpoint("jwks"),
        "userinfo_endpoint": endpoint("userinfo"),
        "revocation_endpoint": endpoint("revoke"),
        "end_session_endpoint": format!("{issuer}/end?policy=1"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile", "offline_access", "address"],
        "backchannel_logout_supported": true,
    });
    app.provider.answer_well().await;
    let metadata = ResponseTemplate::new(200).set_body_json(changed(metadata, changes));
    let mock = Mock::given(method("GET")).and(path(METADATA));
    mock.respond_with(metadata)
        .mount(&app.provider.server)
        .await;
}
