//! An ended session never comes back: not by replayed cookies, not by a request that was under way,
//! not by a restart.

use std::time::Duration;

use sessions::StoreKind;

use futures_util::future::join;

use crate::harness::test_app::TestApp;

on_every_store! {
    replayed_cookies_of_an_ended_session_are_401_also_after_a_restart,
    older_cookies_of_an_ended_session_are_401_too,
    a_refresh_that_was_under_way_does_not_bring_an_ended_session_back,
    ending_one_session_leaves_the_users_others_alone,
}

async fn replayed_cookies_of_an_ended_session_are_401_also_after_a_restart(store: StoreKind) {
    let mut app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let thief = app.copy_of(&browser);
    assert_eq!(thief.fetch("/api/session").await.status, 200);
    browser.open("/api/auth/logout").await;
    for _ in 0..2 {
        let replay = app.copy_of(&thief);
        for path in ["/api/session", "/api/profile"] {
            replay.set_cookies(thief.cookies());
            replay
                .fetch(path)
                .await
                .assert_problem(401, "session_signed_out");
            assert!(replay.session_parts().is_empty());
        }
        app.restart_with(&[]).await;
    }
}

async fn older_cookies_of_an_ended_session_are_401_too(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let older = app.copy_of(&browser);
    app.clock.advance(Duration::from_secs(61));
    browser.fetch("/api/session").await;
    browser.open("/api/auth/logout").await;
    older
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out");
}

async fn a_refresh_that_was_under_way_does_not_bring_an_ended_session_back(store: StoreKind) {
    let app = TestApp::on(store, &["--session-idle-timeout=12h"]).await;
    let browser = app.signed_in().await;
    let other_tab = app.copy_of(&browser);
    app.clock.advance(Duration::from_secs(3600));
    app.provider
        .script(|script| script.token_delay = Duration::from_millis(500));
    let refreshing = other_tab.fetch("/api/profile");
    let ending = async {
        app.provider.await_posts("/oauth2/token", 2).await;
        browser.open("/api/auth/logout").await
    };
    let (late, ended) = join(refreshing, ending).await;
    assert_eq!(ended.status, 302);
    assert!(
        late.set_cookies.is_empty(),
        "the browser may hold another session by now: {:?}",
        late.set_cookies
    );
    other_tab
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out");
    assert!(other_tab.session_parts().is_empty());
}

async fn ending_one_session_leaves_the_users_others_alone(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (one, two) = (app.signed_in().await, app.signed_in().await);
    one.open("/api/auth/logout").await;
    assert_eq!(two.fetch("/api/session").await.status, 200);
}
