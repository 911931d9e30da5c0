//! The keys that the provider publishes: read when they are needed, kept for a while, asked for by
//! nobody twice.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::harness::{
    browser::Answer,
    provider::{CLIENT_ID, KEY_ID},
    signing::{KEY, OTHER_KEY, published, sign, sign_as},
    test_app::TestApp,
};

/// The provider publishes another key in the place of the one that it signs with.
async fn withdraw_the_key(app: &TestApp) {
    let keys = json!({ "keys": [published(&OTHER_KEY, "key-2")] });
    let answer = ResponseTemplate::new(200).set_body_json(keys);
    app.provider.instead("GET", "/oauth2/jwks", answer).await;
}

/// The provider takes its time to publish its key.
async fn slow_keys(app: &TestApp, delay: Duration) {
    let keys = json!({ "keys": [published(&KEY, KEY_ID)] });
    let answer = ResponseTemplate::new(200).set_body_json(keys);
    let answer = answer.set_delay(delay);
    app.provider.instead("GET", "/oauth2/jwks", answer).await;
}

async fn assert_refused(app: &TestApp, what: &str) {
    let answer = app.sign_in(&app.browser()).await;
    assert_eq!(
        answer.login_error().as_deref(),
        Some("login_failed"),
        "{what}"
    );
}

async fn reads(app: &TestApp) -> usize {
    app.provider.calls("/oauth2/jwks").await.len()
}

fn logout_token(app: &TestApp, key_id: &str, jti: &str) -> String {
    let now = app.clock.now().as_second();
    let claims = json!({
        "iss": app.provider.issuer(), "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": jti,
        "sub": "nobody", "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    sign_as(&claims, &KEY, Some(key_id), Some("logout+jwt"))
}

async fn post(app: &TestApp, token: String) -> Answer {
    let provider = app.browser();
    let request = provider.request(Method::POST, "/api/auth/backchannel-logout");
    provider
        .send(request.form(&[("logout_token", token)]))
        .await
}

#[tokio::test]
async fn the_keys_are_read_once_and_again_when_the_provider_signs_with_a_new_one() {
    let app = TestApp::start().await;
    app.signed_in().await;
    app.signed_in().await;
    assert_eq!(app.provider.calls("/oauth2/jwks").await.len(), 1);

    let rolled = json!({ "keys": [published(&OTHER_KEY, "key-2")] });
    app.provider
        .instead(
            "GET",
            "/oauth2/jwks",
            ResponseTemplate::new(200).set_body_json(rolled),
        )
        .await;
    app.provider.script(|script| {
        script.id_token = Arc::new(|claims| sign(claims, &OTHER_KEY, Some("key-2")).into())
    });
    app.clock.advance(Duration::from_secs(5));
    app.signed_in().await;
    assert_eq!(app.provider.calls("/oauth2/jwks").await.len(), 2);
}

#[tokio::test]
async fn tokens_with_made_up_key_ids_do_not_make_us_read_the_keys_each_time() {
    let app = TestApp::start().await;
    app.provider.script(|script| {
        script.id_token = Arc::new(|claims| sign(claims, &OTHER_KEY, Some("made up")).into())
    });
    for _ in 0..3 {
        assert_refused(&app, "made up").await;
    }
    assert_eq!(app.provider.calls("/oauth2/jwks").await.len(), 1);
}

#[tokio::test]
async fn a_key_that_the_provider_withdrew_is_good_for_ten_minutes_at_most() {
    let app = TestApp::start().await;
    app.signed_in().await;
    withdraw_the_key(&app).await;
    app.clock.advance(Duration::from_secs(540));
    app.signed_in().await;
    app.clock.advance(Duration::from_secs(60));
    assert_refused(&app, "ten minutes later").await;
}

#[tokio::test]
async fn the_provider_may_shorten_how_long_its_keys_are_kept() {
    for (cache_control, seconds) in [
        ("public, max-age=60, must-revalidate", 60),
        ("max-age=\"60\"", 60),
        ("no-store", 5),
        ("max-age=0", 5),
        ("max-age=86400", 600),
        ("max-age=soon", 600),
    ] {
        let app = TestApp::start().await;
        let keys = json!({ "keys": [published(&KEY, KEY_ID)] });
        let answer = ResponseTemplate::new(200).set_body_json(keys);
        let answer = answer.insert_header("cache-control", cache_control);
        app.provider.instead("GET", "/oauth2/jwks", answer).await;
        app.signed_in().await;
        app.signed_in().await;
        assert_eq!(reads(&app).await, 1, "{cache_control}");
        app.clock.advance(Duration::from_secs(seconds));
        app.signed_in().await;
        assert_eq!(reads(&app).await, 2, "{cache_control}");
    }
}

#[tokio::test]
async fn sign_ins_at_once_read_the_keys_once() {
    let app = TestApp::start().await;
    // Until all of them want the keys.
    slow_keys(&app, Duration::from_secs(2)).await;
    join_all((0..20).map(|_| app.signed_in())).await;
    assert_eq!(reads(&app).await, 1);
}

#[tokio::test]
async fn keys_that_could_not_be_read_are_not_asked_for_by_every_request() {
    let app = TestApp::start().await;
    app.provider
        .instead("GET", "/oauth2/jwks", ResponseTemplate::new(500))
        .await;
    for _ in 0..3 {
        let answer = app.sign_in(&app.browser()).await;
        assert_eq!(
            answer.login_error().as_deref(),
            Some("identity_provider_unavailable")
        );
    }
    assert_eq!(reads(&app).await, 1);
    app.provider.answer_well().await;
    app.clock.advance(Duration::from_secs(5));
    app.signed_in().await;
}

#[tokio::test]
async fn a_flood_of_unknown_key_ids_delays_nobody_and_reads_the_keys_once() {
    let app = TestApp::start().await;
    app.signed_in().await;
    app.clock.advance(Duration::from_secs(5));
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    app.provider.instead("GET", "/oauth2/jwks", slow).await;

    let flood =
        (0..30).map(|number| post(&app, logout_token(&app, "unknown", &number.to_string())));
    let real = async {
        app.provider.await_calls("/oauth2/jwks", 2).await;
        let answer = post(&app, logout_token(&app, KEY_ID, "real")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    };
    tokio::select! {
        () = real => {}
        _ = join_all(flood) => panic!("the real token waited for the others"),
    }
    assert_eq!(reads(&app).await, 2);
}

#[tokio::test]
async fn a_reading_that_nobody_waits_for_any_more_is_finished_for_the_next() {
    let app = TestApp::start().await;
    slow_keys(&app, Duration::from_millis(300)).await;
    tokio::select! {
        () = app.provider.await_calls("/oauth2/jwks", 1) => {}
        answer = post(&app, logout_token(&app, KEY_ID, "gone")) => panic!("{}", answer.body),
    }
    let answer = post(&app, logout_token(&app, KEY_ID, "next")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(reads(&app).await, 1);
}
