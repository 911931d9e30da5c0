//! `POST /api/auth/backchannel-logout`: OpenID Connect Back-Channel Logout 1.0, on every store.

use std::time::Duration;

use serde_json::json;
use sessions::StoreKind;

use crate::harness::{
    logout_token::{post, token},
    test_app::TestApp,
};

on_every_store! {
    a_logout_token_with_a_session_ends_what_came_of_that_session,
    a_logout_token_with_a_user_ends_all_of_that_users_sessions,
    a_sign_in_that_comes_later_is_not_meant,
    a_later_sign_in_from_the_same_provider_session_is_not_meant,
    a_flood_of_tokens_for_nobody_changes_nothing,
}

pub async fn is_taken(app: &TestApp, token: &str) {
    let answer = post(app, token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.body, "");
}

async fn a_logout_token_with_a_session_ends_what_came_of_that_session(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let one = app.signed_in().await;
    app.provider
        .script(|script| script.id_token_claims = json!({ "sid": "another" }));
    let other = app.signed_in().await;
    is_taken(
        &app,
        &token(
            &app,
            "1",
            &json!({ "sub": "ada", "sid": "provider-session" }),
        ),
    )
    .await;
    one.fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out_at_provider");
    assert!(one.session_parts().is_empty());
    assert_eq!(
        other.fetch("/api/session").await.status,
        200,
        "of the same user, but from another session"
    );
}

async fn a_logout_token_with_a_user_ends_all_of_that_users_sessions(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (one, two) = (app.signed_in().await, app.signed_in().await);
    app.provider.script(|script| {
        script.id_token_claims = json!({ "sub": "grace" });
        script.userinfo["sub"] = json!("grace");
    });
    let grace = app.signed_in().await;
    is_taken(&app, &token(&app, "1", &json!({ "sub": "ada" }))).await;
    one.fetch("/api/profile")
        .await
        .assert_problem(401, "session_signed_out_at_provider");
    two.fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out_at_provider");
    assert_eq!(grace.fetch("/api/session").await.status, 200);
}

async fn a_sign_in_that_comes_later_is_not_meant(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let first = token(&app, "1", &json!({ "sub": "ada" }));
    is_taken(&app, &first).await;
    app.clock.advance(Duration::from_secs(1));
    let browser = app.signed_in().await;
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    post(&app, &first)
        .await
        .assert_problem(400, "invalid_request");
    assert_eq!(
        browser.fetch("/api/session").await.status,
        200,
        "a token works once"
    );
}

async fn a_later_sign_in_from_the_same_provider_session_is_not_meant(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let earlier = app.signed_in().await;
    let session = json!({ "sid": "provider-session" });
    is_taken(&app, &token(&app, "1", &session)).await;
    earlier
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out_at_provider");
    let later = app.signed_in().await;
    assert_eq!(later.fetch("/api/session").await.status, 200);
}

async fn a_flood_of_tokens_for_nobody_changes_nothing(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    for number in 0..300 {
        let nobody =
            json!({ "sub": format!("nobody-{number}"), "sid": format!("nowhere-{number}") });
        is_taken(&app, &token(&app, &number.to_string(), &nobody)).await;
    }
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    assert_eq!(
        app.provider.calls("/oauth2/jwks").await.len(),
        1,
        "the keys are read once"
    );
}
