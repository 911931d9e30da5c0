//! Offers of a registration, and applications that make none.

use std::time::Duration;

use jsonwebtoken::Algorithm;
use sessions::StoreKind;

use super::bound::{Bound, HTTPS, Offer, register_with_cookies};
use crate::harness::{browser::Browser, dbsc_device::Device, test_app::TestApp};

on_every_store! {
    an_unbound_session_is_offered_a_registration_again,
    cookies_that_are_copied_later_cannot_be_bound,
    a_browser_without_device_binding_is_served_as_before,
    without_https_or_switched_off_nothing_is_offered,
    an_unbound_session_is_refused_after_a_minute_where_binding_is_required,
    switching_it_off_releases_bound_sessions,
}

async fn an_unbound_session_is_offered_a_registration_again(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let browser = app.signed_in().await;
    let at_once = browser.fetch("/api/session").await;
    assert!(Offer::of(&at_once).is_none(), "the first may be under way");
    app.clock.advance(Duration::from_secs(11));
    let session = browser.fetch("/api/session").await;
    let offer = Offer::of(&session).expect("an offer");
    assert!(Offer::of(&browser.fetch("/api/profile").await).is_none());
    let device = Device::new(Algorithm::ES256);
    let answer = register_with_cookies(&browser, &offer.answered_by(&device)).await;
    assert_eq!(answer.status, 200);
    let session = browser.fetch("/api/session").await;
    assert_eq!(session.status, 200);
    assert!(Offer::of(&session).is_none());
}

async fn cookies_that_are_copied_later_cannot_be_bound(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let browser = app.signed_in().await;
    app.clock.advance(Duration::from_secs(60));
    let copy = app.copy_of(&browser);
    assert!(Offer::of(&copy.fetch("/api/session").await).is_none());
    browser.open("/api/auth/logout").await;
    let ended = copy.fetch("/api/session").await;
    ended.assert_problem(401, "session_signed_out");
}

async fn a_browser_without_device_binding_is_served_as_before(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS, "--session-idle-timeout=12h"]).await;
    let browser = app.signed_in().await;
    let copy = app.copy_of(&browser);
    app.clock.advance(Duration::from_secs(3_600));
    for browser in [&browser, &copy] {
        assert_eq!(browser.fetch("/api/session").await.status, 200);
        assert_eq!(browser.fetch("/api/profile").await.status, 200);
    }
    browser.open("/api/auth/logout").await;
    assert!(browser.cookies().is_empty());
}

async fn without_https_or_switched_off_nothing_is_offered(store: StoreKind) {
    for settings in [
        &["--cookie-secure=on"][..],
        &[HTTPS, "--device-bound-sessions=off"],
    ] {
        let app = TestApp::on(store, settings).await;
        let browser = app.browser();
        assert!(Offer::of(&app.sign_in(&browser).await).is_none());
        app.clock.advance(Duration::from_secs(61));
        assert!(Offer::of(&browser.fetch("/api/session").await).is_none());
        for path in ["register", "refresh"] {
            let answer = browser.submit(&format!("/api/session/device/{path}")).await;
            assert_eq!(answer.status, 404);
        }
    }
    let plain = TestApp::on(store, &["--cookie-secure=auto"]).await;
    let browser = Browser::with_plain_cookies(&plain.origin);
    assert!(Offer::of(&plain.sign_in(&browser).await).is_none());
}

async fn an_unbound_session_is_refused_after_a_minute_where_binding_is_required(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS, "--device-bound-sessions=required"]).await;
    let (bound, unbound) = (Bound::on(&app).await, app.signed_in().await);
    assert_eq!(unbound.fetch("/api/session").await.status, 200);
    app.clock.advance(Duration::from_secs(60));
    for path in [
        "/api/session",
        "/api/profile",
        "/api/session/events",
        "/api/sessions",
    ] {
        let answer = unbound.fetch(path).await;
        answer.assert_problem(401, "device_binding_required");
        assert!(answer.set_cookies.is_empty());
    }
    assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
    assert_eq!(unbound.open("/api/auth/logout").await.status, 302);
    assert!(unbound.cookies().is_empty(), "one can sign out");
}

async fn switching_it_off_releases_bound_sessions(store: StoreKind) {
    let mut app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    let cookies = bound.without_bound_cookie(&app).cookies();
    app.restart_with(&["--device-bound-sessions=off"]).await;
    let browser = app.browser();
    browser.set_cookies(cookies);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}
