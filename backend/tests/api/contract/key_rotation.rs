//! `SESSION_SECRETS`: the first seals, all open; rotating them signs nobody out.

use std::time::Duration;

use sessions::StoreKind;

use crate::harness::test_app::TestApp;

on_every_store! {
    a_new_first_secret_signs_nobody_out,
    a_retired_secret_ends_the_sessions_that_began_with_it_and_no_others,
    three_secrets_in_turn_and_the_oldest_retired_sign_nobody_out,
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
    assert_eq!(
        app.copy_of(&browser).fetch("/api/session").await.status,
        200
    );
}

async fn a_retired_secret_ends_the_sessions_that_began_with_it_and_no_others(store: StoreKind) {
    let mut app = TestApp::on(store, &[&secrets(&[OLD])]).await;
    let before = app.signed_in().await;
    app.restart_with(&[&secrets(&[NEW, OLD])]).await;
    let since = app.signed_in().await;

    app.restart_with(&[&secrets(&[NEW])]).await;
    let (before, since) = (app.copy_of(&before), app.copy_of(&since));
    assert_eq!(since.fetch("/api/session").await.status, 200);
    before
        .fetch("/api/session")
        .await
        .assert_problem(401, "unauthenticated");
    assert!(before.session_cookies().is_empty(), "its id is not ours");
}

#[tokio::test]
async fn a_login_attempt_survives_a_rotation_too() {
    let mut app = TestApp::with(&[&secrets(&[OLD])]).await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    app.restart_with(&[&secrets(&[NEW, OLD])]).await;
    assert_eq!(
        app.come_back(&app.copy_of(&browser), &login)
            .await
            .location(),
        "/"
    );
}

#[tokio::test]
async fn without_secrets_the_machine_keeps_its_own_over_a_restart() {
    let mut app = TestApp::start().await;
    let browser = app.signed_in().await;
    app.restart_with(&[]).await;
    assert_eq!(
        app.copy_of(&browser).fetch("/api/session").await.status,
        200
    );
}

async fn three_secrets_in_turn_and_the_oldest_retired_sign_nobody_out(store: StoreKind) {
    // A little less, because the clock goes on while this machine is busy.
    let six_hours = Duration::from_secs(6 * 3600 - 600);
    let third = "newest-newest-newest-newest-newest-newest";
    let mut app = TestApp::on(store, &["--session-idle-timeout=12h", &secrets(&[OLD])]).await;
    app.provider
        .script(|script| script.access_token_lifetime = 1_000_000);
    let mut sessions = Vec::new();
    for list in [&[OLD][..], &[NEW, OLD], &[third, NEW, OLD]] {
        app.restart_with(&[&secrets(list)]).await;
        sessions.push(app.signed_in().await);
        for session in &sessions {
            // Not counted as activity: each stays sealed with the secret of its sign-in.
            let copy = app.copy_of(session);
            assert_eq!(
                copy.fetch("/api/session?slide=false").await.status,
                200,
                "with {} secrets",
                list.len()
            );
            assert!(copy.session_cookies() == session.session_cookies());
        }
        app.clock.advance(six_hours);
    }
    // The oldest secret's last session is past its absolute timeout by now.
    app.restart_with(&[&secrets(&[third, NEW])]).await;
    app.copy_of(&sessions[0])
        .fetch("/api/session")
        .await
        .assert_problem(401, "unauthenticated");
    assert_eq!(
        app.copy_of(&sessions[2]).fetch("/api/session").await.status,
        200
    );
    app.clock.advance(six_hours);
    app.restart_with(&[&secrets(&[third])]).await;
    assert_eq!(
        app.copy_of(&sessions[2])
            .fetch("/api/session?slide=false")
            .await
            .status,
        200
    );
}
