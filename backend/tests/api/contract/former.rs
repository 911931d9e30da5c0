//! A browser that signs in over a session: the callback comes without its cookies
//! (`SameSite=Strict`), and still ends it.

use std::time::Duration;

use sessions::StoreKind;
use tokio_rusqlite::rusqlite::Connection;

use crate::harness::test_app::TestApp;

on_every_store! {
    a_sign_in_ends_the_session_whose_cookies_the_callback_does_not_see,
    tabs_that_sign_in_side_by_side_leave_one_session,
    a_sign_in_begun_anew_still_ends_the_session_there_was,
    what_ends_the_session_there_was_fits_into_the_attempts_cookie,
    a_sign_in_that_cannot_end_the_session_there_was_is_refused,
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

/// The revocation list takes no entries any more, or takes them again.
async fn list_is_full(app: &TestApp, full: bool) {
    match &app.redis {
        Some(redis) => {
            let rule = if full { "-xadd" } else { "+xadd" };
            redis.command(&["ACL", "SETUSER", "default", rule]).await;
        }
        None => {
            let file = Connection::open(app.data_dir().join("sessions.sqlite")).expect("the file");
            file.execute_batch(if full {
                "CREATE TRIGGER is_full BEFORE INSERT ON revoked
                 BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
            } else {
                "DROP TRIGGER is_full"
            })
            .expect("a trigger");
        }
    }
}

async fn a_sign_in_that_cannot_end_the_session_there_was_is_refused(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let (old, cookies) = (app.copy_of(&browser), browser.session_cookies());
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    list_is_full(&app, true).await;
    let answer = app.come_back(&browser, &login).await;
    let reason = answer.login_error();
    assert_eq!(reason.as_deref(), Some("session_store_unavailable"));
    // Nothing has changed: the session there was goes on, and there is no other.
    assert_eq!(browser.session_cookies(), cookies);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    let revoked = app.provider.await_posts("/oauth2/revoke", 1).await;
    assert!(revoked[0]["token"].starts_with("refresh-2-"), "the new one");

    list_is_full(&app, false).await;
    app.sign_in(&browser).await;
    let sessions = browser.fetch("/api/sessions").await.json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{sessions}");
    let old = old.fetch("/api/session").await;
    old.assert_problem(401, "session_renewed");
}

/// The limit is counted when the new session is kept, so before the one there was has ended.
async fn what_gave_way_to_a_refused_sign_in_is_told(store: StoreKind) {
    let app = TestApp::on(store, &["--session-max-per-user=2"]).await;
    let oldest = app.signed_in().await;
    app.clock.advance(Duration::from_secs(61));
    let browser = app.signed_in().await;
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    list_is_full(&app, true).await;
    let answer = app.come_back(&browser, &login).await;
    let reason = answer.login_error();
    assert_eq!(reason.as_deref(), Some("session_store_unavailable"));
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    assert_eq!(oldest.fetch("/api/session").await.status, 401);
    let revoked = app.provider.await_posts("/oauth2/revoke", 2).await;
    let mut revoked: Vec<_> = revoked.iter().map(|form| &form["token"][..10]).collect();
    revoked.sort_unstable();
    assert_eq!(
        revoked,
        ["refresh-1-", "refresh-3-"],
        "the oldest and the new one"
    );
}

#[tokio::test]
async fn sessions_that_gave_way_to_a_refused_sign_in_are_told_with_sqlite() {
    what_gave_way_to_a_refused_sign_in_is_told(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn sessions_that_gave_way_to_a_refused_sign_in_are_told_with_redis() {
    what_gave_way_to_a_refused_sign_in_is_told(StoreKind::Redis).await;
}
