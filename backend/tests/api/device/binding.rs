//! Registrations: the session is bound, once, and its cookies alone are worth nothing.

use jsonwebtoken::Algorithm;
use serde_json::json;
use sessions::StoreKind;

use super::bound::{
    BOUND_COOKIE, Bound, HTTPS, LIFE, Offer, assert_unproven, one_of_many_registrations_counts,
    refresh, register, register_with_cookies,
};
use crate::harness::{dbsc_device::Device, test_app::TestApp};

on_every_store! {
    a_bound_session_needs_the_bound_cookie_from_the_registration_on,
    copied_cookies_stop_working_when_the_bound_cookie_ends,
    a_session_is_bound_once_and_to_one_device,
    of_registrations_at_the_same_moment_one_counts,
    a_registration_counts_for_the_session_of_its_browser_only,
    an_answer_to_an_old_offer_leaves_an_ordinary_session,
    a_session_that_has_ended_is_not_bound,
}

async fn a_bound_session_needs_the_bound_cookie_from_the_registration_on(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let browser = app.browser();
    let offer = Offer::of(&app.sign_in(&browser).await).expect("an offer");
    let copied_before = app.copy_of(&browser);
    let session = copied_before.fetch("/api/session").await.json();
    assert_eq!(session["metadata"]["session"]["deviceBoundAt"], json!(null));
    let device = Device::new(Algorithm::ES256);
    let answer = register(&app, &browser, &offer.answered_by(&device)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);

    // The instructions name the cookie with the attributes that it has.
    let cookie = |line: &&String| line.starts_with(BOUND_COOKIE);
    let cookie = answer.set_cookies.iter().find(cookie).expect("the cookie");
    let instructions = answer.json();
    let credential = &instructions["credentials"][0];
    assert_eq!(credential["name"], BOUND_COOKIE);
    let named = credential["attributes"].as_str().expect("text");
    let mut named: Vec<_> = named.split("; ").collect();
    let mut set: Vec<_> = cookie.split("; ").skip(1).collect();
    set.retain(|attribute| !attribute.starts_with("Max-Age"));
    named.sort_unstable();
    set.sort_unstable();
    assert_eq!(named, set);
    assert_eq!(instructions["refresh_url"], "/api/session/device/refresh");
    assert_eq!(instructions["scope"]["include_site"], json!(false));

    let session = browser.fetch("/api/session").await.json();
    let bound_at = &session["metadata"]["session"]["deviceBoundAt"];
    assert!(bound_at.is_string(), "{session}");
    let listed = browser.fetch("/api/sessions").await.json();
    assert_eq!(&listed[0]["deviceBoundAt"], bound_at);
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    for _ in 0..2 {
        assert_unproven(&copied_before.fetch("/api/session").await);
        app.clock.advance(std::time::Duration::from_secs(61));
    }
}

async fn copied_cookies_stop_working_when_the_bound_cookie_ends(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS, "--session-idle-timeout=2h"]).await;
    let bound = Bound::on(&app).await;
    let thief = app.copy_of(&bound.browser);
    assert_eq!(thief.fetch("/api/session").await.status, 200, "until then");
    app.clock.advance(LIFE);
    assert_unproven(&thief.fetch("/api/session").await);
    assert_eq!(bound.refresh().await.status, 200);
    assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
    assert_unproven(&thief.fetch("/api/profile").await);
}

async fn a_session_is_bound_once_and_to_one_device(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let browser = app.browser();
    let offer = Offer::of(&app.sign_in(&browser).await).expect("an offer");
    let [first, second] = [Algorithm::ES256, Algorithm::RS256].map(Device::new);
    let answer = register(&app, &browser, &offer.answered_by(&first)).await;
    assert_eq!(answer.status, 200);
    let later = register(&app, &app.browser(), &offer.answered_by(&second)).await;
    assert_unproven(&later);
    let later = register_with_cookies(&browser, &offer.answered_by(&second)).await;
    assert_unproven(&later);
    let session = browser.fetch("/api/session").await;
    assert_eq!(session.status, 200);
    assert!(Offer::of(&session).is_none(), "it is not offered again");
}

async fn of_registrations_at_the_same_moment_one_counts(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    one_of_many_registrations_counts(&[&app]).await;
}

async fn a_registration_counts_for_the_session_of_its_browser_only(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let (ada, thief) = (app.browser(), app.browser());
    let offer = Offer::of(&app.sign_in(&ada).await).expect("an offer");
    let of_thief = Offer::of(&app.sign_in(&thief).await).expect("an offer");
    let device = Device::new(Algorithm::ES256);
    // Neither with the cookies of one and the reference of the other, nor with mixed parts.
    let proof = offer.answered_by(&device);
    assert_unproven(&register_with_cookies(&thief, &proof).await);
    let mixed = Offer {
        challenge: of_thief.challenge,
        authorization: offer.authorization,
    };
    assert_unproven(&register(&app, &thief, &mixed.answered_by(&device)).await);
    let made_up = Offer {
        challenge: mixed.challenge,
        authorization: "AAAA".to_owned(),
    };
    assert_unproven(&register(&app, &thief, &made_up.answered_by(&device)).await);
    for browser in [ada, thief] {
        assert_eq!(browser.fetch("/api/session").await.status, 200, "unbound");
    }
}

async fn an_answer_to_an_old_offer_leaves_an_ordinary_session(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let browser = app.browser();
    let offer = Offer::of(&app.sign_in(&browser).await).expect("an offer");
    app.clock.advance(std::time::Duration::from_secs(60));
    let proof = offer.answered_by(&Device::new(Algorithm::ES256));
    assert_unproven(&register(&app, &browser, &proof).await);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    // A browser that believes in a bound session learns that there is none.
    let id = crate::event_streams::news::handle_of(&browser).await;
    let answer = refresh(&browser, &id, None).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, dbsc::END));
}

async fn a_session_that_has_ended_is_not_bound(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let browser = app.browser();
    let offer = Offer::of(&app.sign_in(&browser).await).expect("an offer");
    browser.open("/api/auth/logout").await;
    let proof = offer.answered_by(&Device::new(Algorithm::ES256));
    assert_unproven(&register(&app, &browser, &proof).await);
}
