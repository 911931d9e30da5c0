//! Logout tokens (OpenID Connect Back-Channel Logout 1.0), as the provider makes and sends them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    browser::Answer,
    provider::{CLIENT_ID, KEY_ID},
    publisher::changed,
    signing::{KEY, sign_as},
    test_app::TestApp,
};

/// The claims of a good token (section 2.4).
pub fn claims(app: &TestApp, id: &str) -> Value {
    let now = app.clock.now().as_second();
    json!({
        "iss": app.provider.issuer(), "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": id,
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

/// A good token with these changes.
pub fn token(app: &TestApp, id: &str, changes: &Value) -> String {
    sign_as(
        &changed(claims(app, id), changes),
        &KEY,
        Some(KEY_ID),
        Some("logout+jwt"),
    )
}

/// As the provider sends it: no browser, no cookies.
pub async fn post(app: &TestApp, token: &str) -> Answer {
    let provider = app.browser();
    let request = provider.request(Method::POST, "/api/auth/backchannel-logout");
    provider
        .send(request.form(&[("logout_token", token)]))
        .await
}
