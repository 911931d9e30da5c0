//! Events of a bound session for its page.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jsonwebtoken::Algorithm;
use serde_json::Value;
use sessions::StoreKind;

use super::bound::{Bound, HTTPS, LIFE, Offer, assert_unproven, register};
use crate::{
    event_streams::reader::Reader,
    harness::{browser::Browser, dbsc_device::Device, test_app::TestApp},
};

on_every_store! {
    a_page_is_told_of_each_proof_of_its_device,
    a_page_that_was_open_before_the_registration_is_told_of_it,
    a_page_is_told_of_refused_copies_of_its_cookies,
    many_refused_requests_cause_few_events,
}

async fn proof_of(browser: &Browser) -> Value {
    let session = browser.fetch("/api/session?slide=false").await.json();
    session["metadata"]["session"]["deviceProof"].clone()
}

fn time(value: &Value) -> Timestamp {
    value.as_str().expect("text").parse().expect("a time")
}

async fn a_page_is_told_of_each_proof_of_its_device(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    let at_first = proof_of(&bound.browser).await;
    let mut page = Reader::open(&bound.browser).await;
    app.clock.advance(LIFE / 2);
    assert_eq!(bound.refresh().await.status, 200);
    let event = page.next_of("deviceProven").await;
    let [at, until] = ["at", "until"].map(|name| time(&event[name]));
    assert_eq!(until.duration_since(at).unsigned_abs(), LIFE);
    assert!(until > time(&at_first["until"]));
    for name in ["at", "until"] {
        assert_eq!(proof_of(&bound.browser).await[name], event[name]);
    }
    let unbound = app.signed_in().await;
    assert_eq!(proof_of(&unbound).await, Value::Null);
}

async fn a_page_that_was_open_before_the_registration_is_told_of_it(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let browser = app.browser();
    let offer = Offer::of(&app.sign_in(&browser).await).expect("an offer");
    let mut page = Reader::open(&browser).await;
    let proof = offer.answered_by(&Device::new(Algorithm::ES256));
    assert_eq!(register(&app, &browser, &proof).await.status, 200);
    let event = page.next_of("deviceProven").await;
    let session = browser.fetch("/api/session").await.json();
    let bound_at = &session["metadata"]["session"]["deviceBoundAt"];
    assert_eq!(time(&event["at"]), time(bound_at));
}

async fn a_page_is_told_of_refused_copies_of_its_cookies(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS, "--node-name=first"]).await;
    let bound = Bound::on(&app).await;
    let mut page = Reader::open(&bound.browser).await;
    let thief = bound.without_bound_cookie(&app);
    assert_unproven(&thief.fetch("/api/profile").await);
    let event = page.next_of("deviceNotProven").await;
    assert_eq!(event["request"], "GET /api/profile", "{event}");
    assert_eq!(event["node"], "first", "{event}");
    let _ = time(&event["at"]);
}

async fn many_refused_requests_cause_few_events(store: StoreKind) {
    let app = TestApp::on(store, &[HTTPS]).await;
    let bound = Bound::on(&app).await;
    let mut page = Reader::open(&bound.browser).await;
    let thief = bound.without_bound_cookie(&app);
    let began = Instant::now();
    for _ in 0..40 {
        assert_unproven(&thief.fetch("/api/session").await);
    }
    let seconds = (began.elapsed() + Duration::from_secs(1)).as_secs() + 1;
    assert_eq!(bound.refresh().await.status, 200);
    let mut notices = 0;
    while let Some(event) = page.next().await {
        match event["type"].as_str() {
            Some("deviceNotProven") => notices += 1,
            Some("deviceProven") => break,
            _ => {}
        }
    }
    assert!((1..=seconds).contains(&notices), "{notices} in {seconds} s");
}
