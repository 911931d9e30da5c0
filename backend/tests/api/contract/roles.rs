//! Roles are those that the provider names at each refresh: one that was taken away stops working
//! within the life of an access token, and no failure grants one.

use std::time::Duration;

use serde_json::{Value, json};
use sessions::StoreKind;
use wiremock::ResponseTemplate;

use crate::harness::{browser::Browser, test_app::TestApp};

const ADMIN: &str = "/api/admin/node";
const LIFETIME: Duration = Duration::from_secs(600);

on_every_store! {
    a_role_that_was_taken_away_stops_working_within_the_life_of_an_access_token,
    a_role_that_was_given_works_after_the_next_refresh,
    a_refresh_that_says_nothing_of_roles_keeps_them,
    a_userinfo_that_fails_at_a_refresh_loses_no_session_and_grants_nothing,
    cookies_of_before_a_role_was_taken_away_do_not_bring_it_back,
}

fn roles(names: &[&str]) -> Value {
    let role = |name: &&str| json!({ "id": name, "name": name, "display_name": name });
    names.iter().map(role).collect()
}

fn provider_says(app: &TestApp, roles: Value) {
    app.provider
        .script(|script| script.userinfo["roles"] = roles);
}

/// A browser whose user has these roles, at an application with short-lived access tokens.
async fn signed_in_with(store: StoreKind, names: &[&str]) -> (TestApp, Browser) {
    let app = TestApp::on(store, &[]).await;
    app.provider
        .script(|script| script.access_token_lifetime = LIFETIME.as_secs());
    provider_says(&app, roles(names));
    let browser = app.signed_in().await;
    (app, browser)
}

async fn assert_is_admin(browser: &Browser, is_admin: bool) {
    let answer = browser.fetch(ADMIN).await;
    if is_admin {
        assert_eq!(answer.status, 200, "{}", answer.body);
    } else {
        answer.assert_problem(403, "forbidden");
    }
    let session = browser.fetch("/api/session").await.json();
    let names = session["metadata"]["roles"].to_string();
    assert_eq!(names.contains("app:local:admin"), is_admin, "{names}");
}

async fn a_role_that_was_taken_away_stops_working_within_the_life_of_an_access_token(
    store: StoreKind,
) {
    let (app, browser) = signed_in_with(store, &["app:local:admin", "other"]).await;
    assert_is_admin(&browser, true).await;
    provider_says(&app, roles(&["other"]));
    app.clock.advance(LIFETIME);
    assert_is_admin(&browser, false).await;
    let kept = browser.fetch("/api/session").await.json();
    assert_eq!(kept["metadata"]["roles"][0]["name"], "other");
    assert_eq!(app.provider.refreshes().await, 1);
}

async fn a_role_that_was_given_works_after_the_next_refresh(store: StoreKind) {
    let (app, browser) = signed_in_with(store, &[]).await;
    assert_is_admin(&browser, false).await;
    provider_says(&app, roles(&["app:local:admin"]));
    app.clock.advance(LIFETIME);
    assert_is_admin(&browser, true).await;
}

async fn a_refresh_that_says_nothing_of_roles_keeps_them(store: StoreKind) {
    for names in [&["app:local:admin"][..], &[]] {
        let (app, browser) = signed_in_with(store, names).await;
        for silent in [Value::Null, json!("not a list")] {
            provider_says(&app, silent);
            app.clock.advance(LIFETIME);
            assert_is_admin(&browser, !names.is_empty()).await;
        }
    }
}

async fn a_userinfo_that_fails_at_a_refresh_loses_no_session_and_grants_nothing(store: StoreKind) {
    let another = json!({
        "sub": "alan", "tnt_id": "tenant-acme", "roles": roles(&["app:local:admin"]),
    });
    let hangs = ResponseTemplate::new(200).set_body_json(&another);
    for names in [&["app:local:admin"][..], &[]] {
        let (app, browser) = signed_in_with(store, names).await;
        for fault in [
            ResponseTemplate::new(500),
            ResponseTemplate::new(401),
            ResponseTemplate::new(200).set_body_string("<html>"),
            ResponseTemplate::new(200).set_body_json(&another),
            hangs.clone().set_delay(Duration::from_secs(600)),
        ] {
            app.provider.instead("GET", "/oauth2/userinfo", fault).await;
            app.clock.advance(LIFETIME);
            // An impatient route may be refused until the refresh is over, but never signed out.
            let refreshed = browser.fetch("/api/sessions").await;
            assert_ne!(refreshed.status, 401, "{}", refreshed.body);
            assert_is_admin(&browser, !names.is_empty()).await;
            app.provider.answer_well().await;
        }
        provider_says(&app, roles(&["app:local:admin"]));
        app.clock.advance(LIFETIME);
        assert_is_admin(&browser, true).await;
    }
}

async fn cookies_of_before_a_role_was_taken_away_do_not_bring_it_back(store: StoreKind) {
    let (app, browser) = signed_in_with(store, &["app:local:admin"]).await;
    let (old, older) = (app.copy_of(&browser), app.copy_of(&browser));
    provider_says(&app, roles(&[]));
    app.clock.advance(LIFETIME);
    assert_is_admin(&browser, false).await;
    assert_is_admin(&old, false).await;
    provider_says(&app, Value::Null);
    app.clock.advance(LIFETIME);
    assert_is_admin(&browser, false).await;
    assert_is_admin(&older, false).await;
}

#[tokio::test]
async fn cookies_of_before_a_role_was_taken_away_are_of_no_use_on_another_node() {
    let redis = crate::harness::redis_server::RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    let app = TestApp::with(&[&url, crate::harness::test_app::SECRETS]).await;
    let other = app.another_node(&[]).await;
    app.provider
        .script(|script| script.access_token_lifetime = LIFETIME.as_secs());
    provider_says(&app, roles(&["app:local:admin"]));
    let browser = app.signed_in().await;
    let old = other.copy_of(&browser);
    provider_says(&app, roles(&[]));
    app.clock.advance(LIFETIME);
    assert_is_admin(&browser, false).await;
    // The provider says nothing more: the other node has it from Redis.
    provider_says(&app, Value::Null);
    assert_is_admin(&old, false).await;
    assert_eq!(app.provider.refreshes().await, 1);
}
