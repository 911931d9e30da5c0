//! `GET /api/session`: who is signed in.

use jiff::Timestamp;
use serde_json::{Value, json};
use sessions::StoreKind;

use crate::harness::test_app::TestApp;

on_every_store! {
    each_answer_tells_of_the_cookies_of_its_own_request,
}

async fn each_answer_tells_of_the_cookies_of_its_own_request(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let mut more = browser.cookies();
    more.insert("__Host-Http-session.7".into(), "of a version before".into());
    let more = browser.with_cookies(more);
    // The same version of the session each time, as no activity is written so soon.
    for browser in [&browser, &browser, &more, &browser] {
        let cookies = browser.cookies();
        let told = |name: String| {
            json!({
                "bytes": name.len() + cookies[&name].len(),
                "name": name,
                "attributes": "Secure; HttpOnly; SameSite=Strict; Path=/",
            })
        };
        let expected: Value = browser.session_cookies().into_iter().map(told).collect();
        let session = browser.fetch("/api/session?slide=false").await.json();
        assert_eq!(session["metadata"]["session"]["cookies"], expected);
    }
}

#[tokio::test]
async fn the_session_says_who_is_signed_in_and_how_long() {
    let app = TestApp::start().await;
    let before = app.clock.now();
    let browser = app.signed_in().await;
    let answer = browser.fetch("/api/session").await;
    assert_eq!(answer.status, 200);
    let session = answer.json();
    assert_eq!(
        (&session["userId"], &session["tenantId"]),
        (&json!("ada"), &json!("tenant-acme"))
    );
    let metadata = &session["metadata"];
    for (name, value) in [
        ("name", json!("Ada Lovelace")),
        ("email", json!("ada@acme.example")),
        ("emailVerified", json!(true)),
        ("tenantName", json!("acme")),
        ("identityProvider", json!("wristband")),
        (
            "roles",
            json!([{ "id": "r1", "name": "app:acme:owner", "displayName": "Owner" }]),
        ),
    ] {
        assert_eq!(metadata[name], value, "{name}");
    }
    let facts = &metadata["session"];
    assert_eq!(facts["store"], "cookie");
    assert!(
        facts["handle"]
            .as_str()
            .is_some_and(|handle| handle.len() == 22),
        "{facts}"
    );
    let created = time(&facts["createdAt"]);
    assert!(created >= before && created <= app.clock.now());
    let seen = time(&facts["lastSeenAt"]);
    assert!(seen >= created && seen <= app.clock.now());
    for (name, minutes) in [
        ("idleExpiresAt", 30.0),
        ("expiresAt", 12.0 * 60.0),
        ("accessTokenExpiresAt", 60.0),
    ] {
        // The tokens were issued a moment before the session began.
        let lasts = time(&facts[name]).duration_since(created);
        assert_eq!((lasts.as_secs_f64() / 60.0).round(), minutes, "{name}");
        assert!(
            facts[name].as_str().is_some_and(|text| text.ends_with('Z')),
            "{name} is UTC"
        );
    }
}

fn time(value: &Value) -> Timestamp {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("no time: {value}"))
}

#[tokio::test]
async fn what_the_provider_does_not_say_is_left_open() {
    let app = TestApp::start().await;
    app.provider
        .script(|script| script.userinfo = json!({ "sub": "ada", "tnt_id": "tenant-acme" }));
    let session = app.signed_in().await.fetch("/api/session").await.json();
    assert_eq!(session["userId"], "ada");
    assert_eq!(
        (&session["metadata"]["name"], &session["metadata"]["roles"]),
        (&Value::Null, &json!([]))
    );
}

#[tokio::test]
async fn without_a_session_the_answer_is_401_and_no_redirect() {
    let app = TestApp::start().await;
    for path in [
        "/api/session",
        "/api/session?slide=false",
        "/api/session?slide=maybe",
        "/api/profile",
    ] {
        let answer = app.browser().fetch(path).await;
        answer.assert_problem(401, "unauthenticated");
        assert!(answer.set_cookies.is_empty());
    }
}

#[tokio::test]
async fn no_answer_about_a_session_is_kept_in_a_cache() {
    let app = TestApp::start().await;
    for browser in [app.browser(), app.signed_in().await] {
        for path in [
            "/api/session",
            "/api/profile",
            "/api/config",
            "/api/nothing",
        ] {
            let answer = browser.fetch(path).await;
            assert_eq!(
                answer.headers["cache-control"], "no-store",
                "{path} {}",
                answer.status
            );
            assert_eq!(
                answer.headers["pragma"], "no-cache",
                "{path} {}",
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn the_session_shows_neither_its_id_nor_its_tokens() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let answer = browser.fetch("/api/session").await;
    let cookies = browser.cookies();
    let id = &cookies["__Host-Http-session"];
    assert!(id.len() > 43);
    for secret in [
        &id[id.len() - 43..],
        "access-1",
        "refresh-1",
        "provider-session",
    ] {
        assert!(!answer.body.contains(secret), "{secret} in {}", answer.body);
    }
}
