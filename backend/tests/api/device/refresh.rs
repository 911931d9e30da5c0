//! Refreshes of the bound cookie.

use std::time::Duration;

use futures_util::future::join;
use jsonwebtoken::Algorithm;
use sessions::StoreKind;

use super::bound::{BOUND_COOKIE, Bound, HTTPS, LIFE, assert_unproven, challenge, refresh};
use crate::harness::{dbsc_device::Device, test_app::TestApp};

on_every_store! {
    the_bound_cookie_is_renewed_with_the_registered_key_only,
    an_old_challenge_with_a_good_signature_is_challenged_again,
    two_refreshes_at_once_both_succeed,
    a_refresh_is_no_activity,
    rotated_secrets_keep_sessions_bound,
}

async fn the_bound_cookie_is_renewed_with_the_registered_key_only(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS, "--session-idle-timeout=2h"]).await;
    let bound = Bound::on(&app).await;
    for _ in 0..3 {
        app.clock.advance(LIFE);
        let browser = bound.without_bound_cookie(&app);
        assert_unproven(&browser.fetch("/api/session").await);
        let asked = refresh(&browser, &bound.id, None).await;
        assert_eq!(asked.status, 403);
        let thief = Device::new(Algorithm::ES256);
        for proof in [
            thief.proof(&challenge(&asked)),
            thief.registration(&challenge(&asked)),
        ] {
            assert_unproven(&refresh(&browser, &bound.id, Some(&proof)).await);
        }
        let answer = bound.refresh().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.json()["session_identifier"], *bound.id);
        assert!(answer.set_cookies[0].starts_with(BOUND_COOKIE));
        assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
    }
}

async fn an_old_challenge_with_a_good_signature_is_challenged_again(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    let old = challenge(&refresh(&bound.browser, &bound.id, None).await);
    app.clock.advance(Duration::from_secs(60));
    let proof = bound.device.proof(&old);
    let again = refresh(&bound.browser, &bound.id, Some(&proof)).await;
    again.assert_problem(403, "forbidden");
    assert!(again.set_cookies.is_empty());
    let proof = bound.device.proof(&challenge(&again));
    let answer = refresh(&bound.browser, &bound.id, Some(&proof)).await;
    assert_eq!(answer.status, 200);
}

async fn two_refreshes_at_once_both_succeed(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    app.clock.advance(LIFE);
    let (one, other) = join(bound.refresh(), bound.refresh()).await;
    assert_eq!((one.status.as_u16(), other.status.as_u16()), (200, 200));
    assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
}

async fn a_refresh_is_no_activity(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS, "--session-idle-timeout=30m"]).await;
    let bound = Bound::on(&app).await;
    for _ in 0..2 {
        app.clock.advance(LIFE);
        assert_eq!(
            bound.refresh().await.json()["session_identifier"],
            *bound.id
        );
    }
    app.clock.advance(LIFE);
    let answer = bound.refresh().await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, dbsc::END));
    let ended = bound.browser.fetch("/api/session").await;
    ended.assert_problem(401, "session_idle_timeout");
}

async fn rotated_secrets_keep_sessions_bound(store: StoreKind) {
    let [old, both] = ["o".repeat(40), "n".repeat(40) + "," + &"o".repeat(40)];
    let secrets = |list: &str| format!("--session-secrets={list}");
    let mut app = TestApp::on(store, &[HTTPS, &secrets(&old)]).await;
    let mut bound = Bound::on(&app).await;
    app.restart_with(&[&secrets(&both)]).await;
    bound.browser = app.copy_of(&bound.browser);
    assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
    assert_unproven(&bound.without_bound_cookie(&app).fetch("/api/session").await);
    app.clock.advance(LIFE);
    assert_eq!(bound.refresh().await.status, 200);
    assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
}
