//! Why a session ended: each reason has a code of its own, for whoever holds the session's cookie,
//! on every node and after a restart.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use sessions::StoreKind;

use crate::{
    event_streams::news::handle_of,
    harness::{
        browser::Browser, logout_token, provider::oauth_error, redis_server::RedisServer,
        test_app::SECRETS, test_app::TestApp,
    },
};

on_every_store! {
    each_end_has_a_code_that_a_restart_keeps,
    who_does_not_hold_the_cookie_is_told_no_reason,
    a_session_that_timed_out_a_moment_ago_is_told_so,
    a_stream_that_is_refused_leaves_the_reason_to_the_page,
}

const LONG: &str = "--session-idle-timeout=12h";
const HOUR: Duration = Duration::from_secs(3600);

async fn delete(browser: &Browser, path: &str) {
    let request = browser
        .request(Method::DELETE, path)
        .header("sec-fetch-site", "same-origin");
    let answer = browser.send(request.header("sec-fetch-mode", "cors")).await;
    assert_eq!(answer.status, 204, "{path}: {}", answer.body);
}

/// Ends a session in each way on `there`, and returns its cookies with the code that it is due.
async fn end_in_each_way(
    app: &TestApp,
    there: &TestApp,
    store: StoreKind,
) -> Vec<(Browser, &'static str)> {
    let mut ended = Vec::new();
    let browser = app.signed_in().await;
    ended.push((app.copy_of(&browser), "session_signed_out"));
    assert_eq!(
        there
            .copy_of(&browser)
            .submit("/api/auth/logout")
            .await
            .status,
        303
    );

    let browser = app.signed_in().await;
    ended.push((app.copy_of(&browser), "session_signed_out_at_provider"));
    let token = logout_token::token(app, "1", &json!({ "sub": "ada", "sid": null }));
    assert_eq!(logout_token::post(there, &token).await.status, 200);

    if store != StoreKind::Cookie {
        let (browser, other) = (app.signed_in().await, there.signed_in().await);
        ended.push((app.copy_of(&browser), "session_ended_elsewhere"));
        delete(
            &other,
            &format!("/api/sessions/{}", handle_of(&browser).await),
        )
        .await;
    }

    let (browser, other) = (app.signed_in().await, there.signed_in().await);
    ended.push((app.copy_of(&browser), "session_ended_everywhere"));
    delete(&other, "/api/sessions?scope=others").await;

    let browser = app.signed_in().await;
    ended.push((app.copy_of(&browser), "session_refused"));
    app.clock.advance(HOUR);
    let refusal = oauth_error(400, "invalid_grant");
    app.provider.instead("POST", "/oauth2/token", refusal).await;
    let refused = there.copy_of(&browser).fetch("/api/profile").await;
    refused.assert_problem(401, "session_refused");
    ended
}

async fn are_told(app: &TestApp, ended: &[(Browser, &'static str)]) {
    for (browser, code) in ended {
        let began = Instant::now();
        // Another node hears of it a moment later.
        loop {
            let answer = app.copy_of(browser).fetch("/api/session?slide=false").await;
            if answer.body.contains(code) || began.elapsed() > Duration::from_secs(5) {
                answer.assert_problem(401, code);
                break;
            }
        }
    }
}

async fn each_end_has_a_code_that_a_restart_keeps(store: StoreKind) {
    let mut app = TestApp::on(store, &[LONG]).await;
    let ended = end_in_each_way(&app, &app, store).await;
    are_told(&app, &ended).await;
    app.restart_with(&[]).await;
    are_told(&app, &ended).await;
}

async fn reach_another_node(store: StoreKind, name: &str) {
    let redis = RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    let store_setting = format!("--session-store={name}");
    let app = TestApp::with(&[&store_setting, &url, SECRETS, LONG]).await;
    let there = app.another_node(&[]).await;
    let ended = end_in_each_way(&app, &there, store).await;
    are_told(&app, &ended).await;
}

#[tokio::test]
async fn the_reasons_reach_another_node_with_sessions_in_redis() {
    reach_another_node(StoreKind::Redis, "redis").await;
}

#[tokio::test]
async fn the_reasons_reach_another_node_with_client_side_sessions() {
    reach_another_node(StoreKind::Cookie, "cookie").await;
}

async fn who_does_not_hold_the_cookie_is_told_no_reason(store: StoreKind) {
    const ID: &str = "__Host-Http-session";
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let (stranger, forger, without_id) = (app.browser(), app.browser(), app.browser());
    let mut cookies = browser.cookies();
    browser.open("/api/auth/logout").await;
    let id = cookies.get_mut(ID).expect("the id");
    let last = id.pop().expect("a character");
    id.push(if last == 'A' { 'B' } else { 'A' });
    forger.set_cookies(cookies.clone());
    cookies.remove(ID);
    without_id.set_cookies(cookies);
    for browser in [stranger, forger, without_id] {
        let answer = browser.fetch("/api/session").await;
        answer.assert_problem(401, "unauthenticated");
    }
}

async fn a_stream_that_is_refused_leaves_the_reason_to_the_page(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (browser, other) = (app.signed_in().await, app.signed_in().await);
    delete(&other, "/api/sessions?scope=others").await;
    let refused = browser.fetch("/api/session/events").await;
    refused.assert_problem(401, "session_ended_everywhere");
    assert!(refused.set_cookies.is_empty(), "{:?}", refused.set_cookies);
    let asked = browser.fetch("/api/session").await;
    asked.assert_problem(401, "session_ended_everywhere");
}

/// In real time, so that the store itself forgets what has expired for long.
async fn a_session_that_timed_out_a_moment_ago_is_told_so(store: StoreKind) {
    let app = TestApp::on(store, &["--session-idle-timeout=3s"]).await;
    let browser = app.signed_in().await;
    loop {
        let answer = browser.fetch("/api/session?slide=false").await;
        if answer.status != 200 {
            return answer.assert_problem(401, "session_idle_timeout");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
