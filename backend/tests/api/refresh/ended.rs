//! A session that ends while its tokens are refreshed: nobody is served, no cookie is set, and the
//! newest refresh token is the one that is revoked at the provider.

use std::time::{Duration, Instant};

use futures_util::future::join;
use sessions::StoreKind;

use crate::harness::{
    link::Link,
    provider::Provider,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

on_every_store! {
    a_sign_out_that_races_a_refresh_revokes_the_newest_refresh_token,
    tokens_that_come_after_the_sign_out_are_revoked_and_serve_nobody,
    a_sign_out_with_older_cookies_revokes_the_newest_refresh_token,
    a_late_answer_of_a_session_that_ended_meanwhile_sets_no_cookie,
}

const HOUR: Duration = Duration::from_secs(3600);
const LONG: &str = "--session-idle-timeout=12h";
const ROUNDS: u32 = 40;

async fn a_sign_out_that_races_a_refresh_revokes_the_newest_refresh_token(store: StoreKind) {
    let app = TestApp::on(store, &[LONG]).await;
    match store {
        StoreKind::Redis => race(&app, &app.another_node(&[]).await).await,
        StoreKind::Cookie | StoreKind::Sqlite => race(&app, &app).await,
    }
}

#[tokio::test]
async fn a_sign_out_elsewhere_that_races_a_refresh_revokes_the_newest_token_client_side() {
    let redis = RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    let app = TestApp::with(&["--session-store=cookie", &url, SECRETS, LONG]).await;
    race(&app, &app.another_node(&[]).await).await;
}

/// Either is first in every second round, and a little later each time.
async fn race(refreshing: &TestApp, ending: &TestApp) {
    let provider = &refreshing.provider;
    for round in 0..ROUNDS {
        let browser = refreshing.signed_in().await;
        let (tab, out) = (refreshing.copy_of(&browser), ending.copy_of(&browser));
        refreshing.clock.advance(HOUR);
        let head_start = Duration::from_micros(u64::from(round / 2) * 400);
        let refresh_first = round % 2 == 0;
        let refresh = async {
            wait(head_start, !refresh_first).await;
            tab.fetch("/api/profile").await
        };
        let end = async {
            wait(head_start, refresh_first).await;
            out.open("/api/auth/logout").await
        };
        let (_, ended) = join(refresh, end).await;
        assert_eq!(ended.status, 302);
        let newest = provider.calls("/oauth2/token").await.len();
        is_revoked(provider, newest).await;
    }
    assert!(provider.refreshes().await > 0, "some were in time");
}

async fn wait(time: Duration, waits: bool) {
    if waits {
        tokio::time::sleep(time).await;
    }
}

/// Waits until the refresh token of the provider's answer with this number was revoked.
async fn is_revoked(provider: &Provider, number: usize) {
    let (token, began) = (format!("refresh-{number}-"), Instant::now());
    loop {
        let revoked = provider.posted("/oauth2/revoke").await;
        if revoked.iter().any(|form| form["token"].starts_with(&token)) {
            return;
        }
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{token} was not revoked"
        );
        tokio::task::yield_now().await;
    }
}

async fn tokens_that_come_after_the_sign_out_are_revoked_and_serve_nobody(store: StoreKind) {
    let app = TestApp::on(store, &[LONG]).await;
    let browser = app.signed_in().await;
    let tab = app.copy_of(&browser);
    app.clock.advance(HOUR);
    app.provider
        .script(|script| script.token_delay = Duration::from_millis(500));
    let ending = async {
        app.provider.await_posts("/oauth2/token", 2).await;
        browser.open("/api/auth/logout").await
    };
    let (late, _) = join(tab.fetch("/api/profile"), ending).await;
    late.assert_problem(401, "session_signed_out");
    assert!(late.set_cookies.is_empty(), "{:?}", late.set_cookies);
    is_revoked(&app.provider, 2).await;
}

async fn a_sign_out_with_older_cookies_revokes_the_newest_refresh_token(store: StoreKind) {
    let app = TestApp::on(store, &[LONG]).await;
    let browser = app.signed_in().await;
    let older = app.copy_of(&browser);
    app.clock.advance(HOUR);
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    older.open("/api/auth/logout").await;
    is_revoked(&app.provider, 2).await;
}

async fn a_late_answer_of_a_session_that_ended_meanwhile_sets_no_cookie(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let tab = app.copy_of(&browser);
    // Activity is due, so that the answer would bring the browser a new version.
    app.clock.advance(Duration::from_secs(61));
    let slow = Some(("access-1-", Duration::from_millis(500)));
    app.provider.script(|script| script.slow_userinfo = slow);
    let ending = async {
        app.provider.await_calls("/oauth2/userinfo", 2).await;
        browser.open("/api/auth/logout").await
    };
    let (late, _) = join(tab.fetch("/api/profile"), ending).await;
    assert_eq!(late.status, 200, "it began before the end: {}", late.body);
    assert!(late.set_cookies.is_empty(), "{:?}", late.set_cookies);
    let next = tab.fetch("/api/session").await;
    next.assert_problem(401, "session_signed_out");
    assert!(tab.session_parts().is_empty(), "not kept either");
}

#[tokio::test]
async fn no_spent_refresh_token_is_sent_for_a_session_that_just_ended_elsewhere() {
    let redis = RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    let here = TestApp::with(&["--session-store=cookie", &url, SECRETS, LONG]).await;
    // Far from Redis: it hears of the end later than the mark in the place of the tokens is set.
    let link = Link::to(redis.port()).await;
    let far = format!("--redis-url={}", link.url());
    let there = here.another_node(&[&far]).await;
    link.slow(Duration::from_millis(10));
    for _ in 0..ROUNDS {
        let browser = here.signed_in().await;
        let older = there.copy_of(&browser);
        here.clock.advance(HOUR);
        assert_eq!(browser.fetch("/api/profile").await.status, 200);
        here.clock.advance(HOUR);
        let sent = here.provider.posted("/oauth2/token").await.len();
        browser.open("/api/auth/logout").await;
        let refused = older.fetch("/api/profile").await;
        assert_eq!(refused.status, 401, "{}", refused.body);
        let posted = here.provider.posted("/oauth2/token").await;
        assert_eq!(
            posted.len(),
            sent,
            "a spent token was sent: {:?}",
            posted.last()
        );
    }
}
