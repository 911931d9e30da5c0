//! A browser that signs in over a session: the callback comes without its cookies
//! (`SameSite=Strict`), and still ends it.

use backend::session::StoreKind;

use crate::harness::test_app::TestApp;

on_every_store! {
    a_sign_in_ends_the_session_whose_cookies_the_callback_does_not_see,
    tabs_that_sign_in_side_by_side_leave_one_session,
    a_sign_in_begun_anew_still_ends_the_session_there_was,
    what_ends_the_session_there_was_fits_into_the_attempts_cookie,
}

async fn a_sign_in_ends_the_session_whose_cookies_the_callback_does_not_see(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let thief = app.copy_of(&browser);
    let before = browser.session_parts();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let answer = app.come_back(&browser, &login).await;
    assert_eq!(answer.location(), "/");
    for part in before {
        assert!(answer.deleted_cookies().contains(&part.as_str()), "{part}");
    }
    let old = thief.fetch("/api/session").await;
    old.assert_problem(401, "session_renewed");
    let revoked = app.provider.await_posts("/oauth2/revoke", 1).await;
    assert!(revoked[0]["token"].starts_with("refresh-1-"));
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

async fn tabs_that_sign_in_side_by_side_leave_one_session(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.browser();
    let first = browser.open("/api/auth/login?tenant_name=acme").await;
    let second = browser.open("/api/auth/login?tenant_name=acme").await;
    app.come_back(&browser, &first).await;
    let overtaken = app.copy_of(&browser);
    assert_eq!(overtaken.fetch("/api/session").await.status, 200);
    app.come_back(&browser, &second).await;
    let old = overtaken.fetch("/api/session").await;
    old.assert_problem(401, "session_renewed");
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

async fn a_sign_in_begun_anew_still_ends_the_session_there_was(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let old = app.copy_of(&browser);
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let again = app.come_back_with_error(&browser, &login, "login_required");
    app.come_back(&browser, &again.await).await;
    let old = old.fetch("/api/session").await;
    old.assert_problem(401, "session_renewed");
}

async fn what_ends_the_session_there_was_fits_into_the_attempts_cookie(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    app.provider.script(|script| script.token_length = 3_000);
    let browser = app.signed_in().await;
    let old = app.copy_of(&browser);
    // That no cookie has more than 4,096 bytes is checked by the browser.
    let page = "p".repeat(1_490);
    let login = format!("/api/auth/login?tenant_name=acme&return_url=%2F{page}");
    let login = browser.open(&login).await;
    app.come_back(&browser, &login).await;
    let old = old.fetch("/api/session").await;
    old.assert_problem(401, "session_renewed");
}
