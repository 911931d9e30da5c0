//! Outages: nobody is signed out, and nobody gets in.

use dbsc::headers;
use reqwest::Method;
use sessions::StoreKind;

use super::bound::{Bound, HTTPS, LIFE, challenge, refresh};
use crate::harness::{
    browser::{Answer, Browser},
    installation::is_unavailable,
    test_app::TestApp,
};

on_every_store! {
    a_browser_that_could_not_refresh_is_told_to_try_again_later,
}

async fn skipped(browser: &Browser, path: &str, reason: &str) -> Answer {
    let request = browser.request(Method::GET, path);
    browser.send(request.header(headers::SKIPPED, reason)).await
}

async fn a_browser_that_could_not_refresh_is_told_to_try_again_later(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    app.clock.advance(LIFE);
    let browser = bound.without_bound_cookie(&app);
    for reason in ["server_error", "unreachable", "quota_exceeded"] {
        let named = format!("{reason};session_identifier=\"{}\"", bound.id);
        for header in [reason, &named] {
            for path in ["/api/session", "/api/profile", "/api/session/events"] {
                is_unavailable(&skipped(&browser, path, header).await);
            }
        }
        let other = format!("{reason};session_identifier=\"another\"");
        let refused = skipped(&browser, "/api/session", &other).await;
        refused.assert_problem(401, "device_proof_required");
    }
    // The sign-out says that the session is kept.
    let logout = browser.request(Method::GET, "/api/auth/logout");
    let logout = logout.header("sec-fetch-site", "none");
    let logout = logout.header(headers::SKIPPED, "unreachable");
    assert_eq!(
        browser.send(logout).await.location(),
        "/signed-out?session=kept"
    );
    assert_eq!(bound.refresh().await.status, 200);
    assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_store_that_is_away_during_a_refresh_ends_nothing() {
    let mut app = TestApp::on(StoreKind::Redis, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    let asked = challenge(&refresh(&bound.browser, &bound.id, None).await);
    // Another node, so that the session is in no cache.
    let node = app.another_node(&[]).await;
    let redis = app.redis.as_mut().expect("a redis");
    redis.kill();
    let browser = node.copy_of(&bound.browser);
    let proof = bound.device.proof(&asked);
    for proof in [None, Some(&proof[..])] {
        let answer = refresh(&browser, &bound.id, proof).await;
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(answer.set_cookies.is_empty());
    }
    redis.restart().await;
}
