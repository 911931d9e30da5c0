//! Clocks that are set while a node runs: a revocation reaches every sign-in before it and none
//! after it, whatever the clock of a machine says.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use sessions::StoreKind;

use crate::harness::{
    browser::Browser,
    logout_token::{post, token},
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

/// By how much a clock is set, in milliseconds.
const STEPS: [i64; 4] = [2_000, 20_000, -2_000, -20_000];

/// The ways to end sessions of a user.
const ENDS: [&str; 4] = ["others", "all", "provider session", "user at the provider"];

/// Ends the sessions that began before, at this node; the browser has one of them.
async fn end(node: &TestApp, how: &str, browser: &Browser) {
    let jti = format!("{how} {:?}", Instant::now());
    let status = match how {
        "provider session" => {
            let token = token(node, &jti, &json!({ "sid": "provider-session" }));
            post(node, &token).await.status
        }
        "user at the provider" => {
            let token = token(node, &jti, &json!({ "sub": "ada" }));
            post(node, &token).await.status
        }
        scope => {
            let request = browser
                .request(Method::DELETE, &format!("/api/sessions?scope={scope}"))
                .header("sec-fetch-site", "same-origin")
                .header("sec-fetch-mode", "cors");
            browser.send(request).await.status
        }
    };
    assert!(status.is_success(), "{how}: {status}");
}

/// Waits until this copy of a browser is signed out: a node may be behind for a moment.
async fn is_ended(browser: &Browser, case: &str) {
    let began = Instant::now();
    while browser.fetch("/api/session").await.status != 401 {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{case}: it lives"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn with_redis_a_clock_that_is_set_changes_nothing() {
    let redis = RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    for store in ["cookie", "redis"] {
        let store_setting = format!("--session-store={store}");
        let mut here = TestApp::with(&[&store_setting, &url, SECRETS]).await;
        let provider_clock = here.clock.clone();
        here.clock = provider_clock.of_another_machine(0);
        let there = here.another_node(&[]).await;
        here.clock = provider_clock;
        for step in STEPS {
            there.clock.step(step);
            for how in ENDS {
                let case = format!("{store}, {step} ms, {how}");
                for (one, other) in [(&here, &there), (&there, &here)] {
                    let lost = one.signed_in().await;
                    let mine = other.signed_in().await;
                    // Logout tokens are dated by the provider, whose clock is right.
                    let at = if how.starts_with("provider") || how.starts_with("user") {
                        &here
                    } else {
                        other
                    };
                    end(at, how, &mine).await;
                    is_ended(&lost, &case).await;
                    let again = one.signed_in().await;
                    for node in [one, other] {
                        let answer = node.copy_of(&again).fetch("/api/session").await;
                        assert_eq!(answer.status, 200, "{case}, signed in after it");
                    }
                    end(at, "all", &again).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn on_one_machine_a_revocation_reaches_sign_ins_before_the_clock_was_set() {
    for store in [StoreKind::Cookie, StoreKind::Sqlite] {
        for step in STEPS {
            for how in ENDS {
                let case = format!("{store:?}, {step} ms, {how}");
                let app = TestApp::on(store, &[]).await;
                let (lost, mine) = (app.signed_in().await, app.signed_in().await);
                app.clock.step(step);
                end(&app, how, &mine).await;
                is_ended(&app.copy_of(&lost), &case).await;
                let again = app.signed_in().await;
                let answer = again.fetch("/api/session").await;
                assert_eq!(answer.status, 200, "{case}, signed in after it");
            }
        }
    }
}

#[tokio::test]
async fn on_one_machine_that_holds_across_a_restart() {
    for store in [StoreKind::Cookie, StoreKind::Sqlite] {
        for how in ENDS {
            let case = format!("{store:?}, {how}");
            let mut app = TestApp::on(store, &[]).await;
            // Ahead by mistake, and set right while the process is down.
            app.clock.step(20_000);
            let (lost, mine) = (app.signed_in().await, app.signed_in().await);
            app.clock.step(-20_000);
            app.restart_with(&[]).await;
            let mine = app.copy_of(&mine);
            end(&app, how, &mine).await;
            is_ended(&app.copy_of(&lost), &case).await;
            app.restart_with(&[]).await;
            is_ended(&app.copy_of(&lost), &case).await;
            let again = app.signed_in().await;
            assert_eq!(again.fetch("/api/session").await.status, 200, "{case}");
        }
    }
}

#[tokio::test]
async fn a_clock_that_was_ahead_for_minutes_made_the_list_forget_nothing() {
    for store in [StoreKind::Cookie, StoreKind::Sqlite] {
        let mut app = TestApp::on(
            store,
            &[
                "--session-absolute-timeout=10m",
                "--session-idle-timeout=10m",
            ],
        )
        .await;
        let lost = app.signed_in().await;
        let copy = app.copy_of(&lost);
        lost.open("/api/auth/logout").await;
        is_ended(&app.copy_of(&copy), "signed out").await;
        app.clock.step(11 * 60_000);
        // A new entry makes the list sweep those that seem to have expired.
        for _ in 0..20 {
            let other = app.signed_in().await;
            end(&app, "all", &other).await;
        }
        app.clock.step(-11 * 60_000);
        is_ended(&copy, "set right").await;
        app.restart_with(&[]).await;
        is_ended(&app.copy_of(&copy), "set right, and read again").await;
    }
}

#[tokio::test]
async fn a_revocation_is_remembered_as_long_as_what_began_ahead_of_time_could_live() {
    let (hour, ahead) = (Duration::from_secs(3_600), 30 * 60_000);
    for store in [StoreKind::Cookie, StoreKind::Sqlite] {
        let mut app = TestApp::on(store, &["--session-idle-timeout=12h"]).await;
        app.clock.step(ahead);
        let (lost, mine) = (app.signed_in().await, app.signed_in().await);
        app.provider.script(|script| {
            script.id_token_claims = json!({ "sub": "bob" });
            script.userinfo["sub"] = json!("bob");
        });
        let of_bob = app.signed_in().await;
        app.clock.step(-ahead);
        end(&app, "others", &mine).await;
        app.clock.advance(12 * hour + hour / 4);
        app.restart_with(&[]).await;
        let other = app.copy_of(&of_bob).fetch("/api/session").await;
        assert_ne!(other.status, 401, "nobody ended it: {}", other.body);
        // Refreshed tokens must not be what ends it.
        app.provider.script(|script| {
            script.id_token_claims = json!({});
            script.userinfo["sub"] = json!("ada");
        });
        is_ended(&app.copy_of(&lost), "it would live for 15 minutes").await;
    }
}

#[tokio::test]
async fn a_sign_in_after_a_restart_comes_after_what_was_ended_ahead_of_time() {
    for store in [StoreKind::Cookie, StoreKind::Sqlite] {
        for how in ENDS {
            let mut app = TestApp::on(store, &[]).await;
            let mine = app.signed_in().await;
            app.clock.step(20_000);
            end(&app, how, &mine).await;
            app.clock.step(-20_000);
            app.restart_with(&[]).await;
            let again = app.signed_in().await;
            let answer = again.fetch("/api/session").await;
            assert_eq!(answer.status, 200, "{store:?}, {how}: {}", answer.body);
        }
    }
}
