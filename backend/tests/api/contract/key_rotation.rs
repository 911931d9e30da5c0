//! `SESSION_SECRETS`: the first seals, all open; rotating them signs nobody out.

use std::time::Duration;

use backend::session::StoreKind;

use crate::test_app::TestApp;

on_every_store! {
    a_new_first_secret_signs_nobody_out,
    a_session_that_was_used_since_survives_the_end_of_the_old_secret_and_others_do_not,
}

const OLD: &str = "old-old-old-old-old-old-old-old-old";
const NEW: &str = "new-new-new-new-new-new-new-new-new";

fn secrets(list: &[&str]) -> String {
    format!("--session-secrets={}", list.join(","))
}

async fn a_new_first_secret_signs_nobody_out(store: StoreKind) {
    let mut app = TestApp::on(store, &[&secrets(&[OLD])]).await;
    let browser = app.signed_in().await;
    app.restart_with(&[&secrets(&[NEW, OLD])]).await;
    assert_eq!(app.copy_of(&browser).fetch("/api/session").await.status, 200);
}

async fn a_session_that_was_used_since_survives_the_end_of_the_old_secret_and_others_do_not(store: StoreKind) {
    let mut app = TestApp::on(store, &[&secrets(&[OLD])]).await;
    let (used, unused) = (app.signed_in().await, app.signed_in().await);
    app.restart_with(&[&secrets(&[NEW, OLD])]).await;
    app.clock.advance(Duration::from_secs(60));
    let used = app.copy_of(&used);
    assert_eq!(used.fetch("/api/session").await.status, 200);

    app.restart_with(&[&secrets(&[NEW])]).await;
    assert_eq!(app.copy_of(&used).fetch("/api/session").await.status, 200, "sealed with the new secret");
    let unused = app.copy_of(&unused);
    unused.fetch("/api/session").await.assert_problem(401, "unauthenticated");
    assert!(unused.session_cookies().is_empty());
}

#[tokio::test]
async fn a_login_attempt_survives_a_rotation_too() {
    let mut app = TestApp::with(&[&secrets(&[OLD])]).await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    app.restart_with(&[&secrets(&[NEW, OLD])]).await;
    assert_eq!(app.come_back(&app.copy_of(&browser), &login).await.location(), "/");
}

#[tokio::test]
async fn without_secrets_the_machine_keeps_its_own_over_a_restart() {
    let mut app = TestApp::start().await;
    let browser = app.signed_in().await;
    app.restart_with(&[]).await;
    assert_eq!(app.copy_of(&browser).fetch("/api/session").await.status, 200);
}
