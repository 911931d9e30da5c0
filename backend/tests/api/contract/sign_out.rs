//! Rule 6: signing out ends the session, then the refresh token, then the provider's session,
//! whatever fails.

use sessions::StoreKind;
use wiremock::ResponseTemplate;

use crate::harness::test_app::TestApp;

on_every_store! {
    signing_out_ends_session_cookies_refresh_token_and_the_providers_session,
    a_provider_that_does_not_revoke_keeps_nobody_signed_in,
    ending_one_session_leaves_the_users_others_alone,
    a_sign_out_that_is_sent_again_asks_the_provider_for_nothing,
}

async fn signing_out_ends_session_cookies_refresh_token_and_the_providers_session(
    store: StoreKind,
) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let thief = app.copy_of(&browser);
    let answer = browser.open("/api/auth/logout").await;
    assert!(
        answer.location().contains("/api/v1/logout?"),
        "{}",
        answer.location()
    );
    assert!(browser.cookies().is_empty());
    thief
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out");
    assert!(
        app.provider.await_posts("/oauth2/revoke", 1).await[0]["token"].starts_with("refresh-1-")
    );
}

async fn a_provider_that_does_not_revoke_keeps_nobody_signed_in(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let thief = app.copy_of(&browser);
    app.provider
        .instead_times("POST", "/oauth2/revoke", ResponseTemplate::new(500), 2)
        .await;
    assert_eq!(browser.open("/api/auth/logout").await.status, 302);
    thief
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out");
    let tries = app.provider.await_posts("/oauth2/revoke", 3).await;
    assert!(
        tries
            .iter()
            .all(|form| form["token"].starts_with("refresh-1-")),
        "tried until it worked"
    );
}

async fn ending_one_session_leaves_the_users_others_alone(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (one, two) = (app.signed_in().await, app.signed_in().await);
    one.open("/api/auth/logout").await;
    assert_eq!(two.fetch("/api/session").await.status, 200);
}

async fn a_sign_out_that_is_sent_again_asks_the_provider_for_nothing(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let copies: Vec<_> = (0..20).map(|_| app.copy_of(&browser)).collect();
    browser.open("/api/auth/logout").await;
    app.provider.await_posts("/oauth2/revoke", 1).await;
    for copy in copies {
        assert_eq!(copy.open("/api/auth/logout").await.status, 302);
        assert!(copy.session_cookies().is_empty());
    }
    // A sign-out answers when its token is revoked, so none is still on its way.
    assert_eq!(app.provider.posted("/oauth2/revoke").await.len(), 1);
}
