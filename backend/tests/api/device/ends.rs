//! Ends of bound sessions.

use std::time::Duration;

use sessions::StoreKind;

use super::bound::{BOUND_COOKIE, Bound, HTTPS, LIFE, assert_unproven};
use crate::{event_streams::reader::Reader, harness::test_app::TestApp};

on_every_store! {
    signing_out_removes_the_bound_cookie_and_ends_the_session_in_the_browser,
    a_sign_out_with_copied_cookies_ends_nothing,
    a_sign_out_with_copied_cookies_that_seem_timed_out_ends_nothing,
    a_new_sign_in_ends_the_previous_bound_session,
    a_sign_in_over_copied_cookies_ends_nothing,
    timeouts_end_bound_sessions_as_before,
    an_event_stream_ends_with_the_bound_cookie,
    an_end_of_all_sessions_ends_bound_ones_too,
}

async fn signing_out_removes_the_bound_cookie_and_ends_the_session_in_the_browser(
    store: StoreKind,
) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    let thief = app.copy_of(&bound.browser);
    let answer = bound.browser.open("/api/auth/logout").await;
    assert!(answer.deleted_cookies().contains(&BOUND_COOKIE));
    assert!(bound.browser.cookies().is_empty());
    let after = bound.refresh().await;
    assert_eq!((after.status.as_u16(), &*after.body), (200, dbsc::END));
    let replay = thief.fetch("/api/session").await;
    replay.assert_problem(401, "session_signed_out");
}

async fn a_sign_out_with_copied_cookies_ends_nothing(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    let thief = bound.without_bound_cookie(&app);
    assert_eq!(thief.open("/api/auth/logout").await.status, 302);
    assert!(thief.cookies().is_empty(), "of no use in this browser");
    assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
    assert!(app.provider.posted("/oauth2/revoke").await.is_empty());
}

async fn a_sign_out_with_copied_cookies_that_seem_timed_out_ends_nothing(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS, "--session-idle-timeout=30m"]).await;
    let bound = Bound::on(&app).await;
    let thief = bound.without_bound_cookie(&app);
    for _ in 0..2 {
        app.clock.advance(Duration::from_secs(20 * 60));
        assert_eq!(bound.refresh().await.status, 200);
        assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
    }
    assert_eq!(thief.open("/api/auth/logout").await.status, 302);
    assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
}

async fn a_new_sign_in_ends_the_previous_bound_session(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let first = Bound::on(&app).await;
    let copy = app.copy_of(&first.browser);
    let second = Bound::sign_in(&app, app.copy_of(&first.browser)).await;
    let ended = copy.fetch("/api/session").await;
    ended.assert_problem(401, "session_renewed");
    assert_eq!(second.browser.fetch("/api/session").await.status, 200);
    assert_ne!(first.id, second.id);
    // The browser still has the first one, and learns that it has ended.
    let old = Bound {
        browser: app.copy_of(&second.browser),
        device: first.device,
        id: first.id,
    };
    assert_eq!(old.refresh().await.body, dbsc::END);
    app.clock.advance(LIFE);
    assert_eq!(second.refresh().await.status, 200);
    assert_eq!(second.browser.fetch("/api/session").await.status, 200);
}

async fn a_sign_in_over_copied_cookies_ends_nothing(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    let thief = bound.without_bound_cookie(&app);
    assert_eq!(app.sign_in(&thief).await.location(), "/");
    assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
}

async fn timeouts_end_bound_sessions_as_before(store: StoreKind) {
    let times = [
        "--session-idle-timeout=30m",
        "--session-absolute-timeout=1h",
        HTTPS,
    ];
    let app = TestApp::on(store, &times).await;
    let (idle, used) = (Bound::on(&app).await, Bound::on(&app).await);
    for _ in 0..5 {
        app.clock.advance(LIFE);
        assert_eq!(used.refresh().await.status, 200);
        assert_eq!(used.browser.fetch("/api/session").await.status, 200);
    }
    let ended = idle.browser.fetch("/api/session").await;
    ended.assert_problem(401, "session_idle_timeout");
    app.clock.advance(LIFE);
    let ended = used.browser.fetch("/api/session").await;
    ended.assert_problem(401, "session_absolute_timeout");
}

async fn an_event_stream_ends_with_the_bound_cookie(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    let mut page = Reader::open(&bound.browser).await;
    app.clock.advance(LIFE);
    assert_eq!(page.next().await, None);
    assert_unproven(&bound.browser.fetch("/api/session/events").await);
    assert_eq!(bound.refresh().await.status, 200);
    let _ = Reader::open(&bound.browser).await;
}

async fn an_end_of_all_sessions_ends_bound_ones_too(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    app.clock.advance(Duration::from_secs(1));
    let other = app.signed_in().await;
    let request = other.request(reqwest::Method::DELETE, "/api/sessions?scope=others");
    assert_eq!(other.send(request).await.status, 204);
    let ended = bound.browser.fetch("/api/session").await;
    ended.assert_problem(401, "session_ended_everywhere");
    assert_eq!(bound.refresh().await.body, dbsc::END);
}
