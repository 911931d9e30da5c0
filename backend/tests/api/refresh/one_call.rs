//! Token refresh: one call to the provider per session, whoever asks and however many ask at once.

use std::time::Duration;

use futures_util::future::join_all;
use sessions::StoreKind;

use crate::harness::{browser::Browser, test_app::TestApp};

on_every_store! {
    an_expired_access_token_is_refreshed_once_and_then_used,
    each_refresh_uses_the_token_of_the_one_before,
    fifty_requests_at_once_are_one_refresh_and_fifty_answers,
    tokens_that_live_no_longer_than_the_buffer_are_used_for_half_their_life,
    who_comes_late_with_the_old_cookies_is_served_the_new_tokens,
    who_comes_very_late_does_not_use_an_old_refresh_token,
    a_token_is_refreshed_a_minute_before_it_expires_and_not_earlier,
    a_browser_that_goes_away_in_the_middle_does_not_lose_the_new_tokens,
    a_provider_that_does_not_rotate_is_asked_with_the_same_refresh_token_again,
    a_session_without_a_refresh_token_ends_with_its_access_token,
}

const HOUR: Duration = Duration::from_secs(3600);

/// A session outlives several access tokens here, used or not.
async fn app_with_long_sessions(store: StoreKind) -> TestApp {
    TestApp::on(store, &["--session-idle-timeout=12h"]).await
}

async fn profile_is_served(browser: &Browser) {
    let answer = browser.fetch("/api/profile").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn an_expired_access_token_is_refreshed_once_and_then_used(store: StoreKind) {
    let app = app_with_long_sessions(store).await;
    let browser = app.signed_in().await;
    profile_is_served(&browser).await;
    assert_eq!(app.provider.refreshes().await, 0);
    app.clock.advance(HOUR);
    profile_is_served(&browser).await;
    profile_is_served(&browser).await;
    assert_eq!(app.provider.refreshed_with().await, ["refresh-1-"]);
    let bearers = app.provider.calls("/oauth2/userinfo").await;
    let bearers: Vec<_> = bearers
        .iter()
        .filter_map(|call| call.headers["authorization"].to_str().ok())
        .collect();
    assert!(
        bearers[1].starts_with("Bearer access-1-") && bearers[2].starts_with("Bearer access-2-"),
        "{bearers:?}"
    );
}

async fn each_refresh_uses_the_token_of_the_one_before(store: StoreKind) {
    let app = app_with_long_sessions(store).await;
    let browser = app.signed_in().await;
    for _ in 0..3 {
        app.clock.advance(HOUR);
        profile_is_served(&browser).await;
    }
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-", "refresh-2-", "refresh-3-"]
    );
}

async fn fifty_requests_at_once_are_one_refresh_and_fifty_answers(store: StoreKind) {
    let app = app_with_long_sessions(store).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR);
    app.provider
        .script(|script| script.token_delay = Duration::from_millis(200));
    let answers = join_all((0..50).map(|_| browser.fetch("/api/profile"))).await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 200).count(),
        50
    );
    assert_eq!(app.provider.refreshes().await, 1);
    profile_is_served(&browser).await;
    assert_eq!(
        app.provider.refreshes().await,
        1,
        "the cookies that were kept hold the new tokens"
    );
}

async fn tokens_that_live_no_longer_than_the_buffer_are_used_for_half_their_life(store: StoreKind) {
    let app = app_with_long_sessions(store).await;
    app.provider
        .script(|script| script.access_token_lifetime = 30);
    let browser = app.signed_in().await;
    let late = app.copy_of(&browser);
    profile_is_served(&browser).await;
    app.clock.advance(Duration::from_secs(14));
    profile_is_served(&browser).await;
    assert_eq!(app.provider.refreshes().await, 0);
    app.clock.advance(Duration::from_secs(1));
    let answers = join_all((0..20).map(|_| browser.fetch("/api/profile"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    profile_is_served(&late).await;
    assert_eq!(app.provider.refreshed_with().await, ["refresh-1-"]);
}

async fn who_comes_late_with_the_old_cookies_is_served_the_new_tokens(store: StoreKind) {
    let app = app_with_long_sessions(store).await;
    let browser = app.signed_in().await;
    let late = app.copy_of(&browser);
    app.clock.advance(HOUR);
    profile_is_served(&browser).await;
    profile_is_served(&late).await;
    profile_is_served(&late).await;
    assert_eq!(app.provider.refreshes().await, 1);
    let bearers = app.provider.calls("/oauth2/userinfo").await;
    let bearers: Vec<_> = bearers
        .iter()
        .filter_map(|call| call.headers["authorization"].to_str().ok())
        .collect();
    assert!(
        bearers[1..]
            .iter()
            .all(|bearer| bearer.starts_with("Bearer access-2-")),
        "{bearers:?}"
    );
}

async fn who_comes_very_late_does_not_use_an_old_refresh_token(store: StoreKind) {
    let app = app_with_long_sessions(store).await;
    let browser = app.signed_in().await;
    let late = app.copy_of(&browser);
    for _ in 0..2 {
        app.clock.advance(HOUR);
        profile_is_served(&browser).await;
    }
    let later_still = app.copy_of(&late);
    profile_is_served(&late).await;
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-", "refresh-2-"]
    );
    app.clock.advance(HOUR);
    profile_is_served(&later_still).await;
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-", "refresh-2-", "refresh-3-"]
    );
}

async fn a_token_is_refreshed_a_minute_before_it_expires_and_not_earlier(store: StoreKind) {
    let app = app_with_long_sessions(store).await;
    let (one, other) = (app.signed_in().await, app.signed_in().await);
    app.clock.advance(HOUR - Duration::from_secs(65));
    for path in ["/api/profile", "/api/session"] {
        assert_eq!(one.fetch(path).await.status, 200);
    }
    assert_eq!(app.provider.refreshes().await, 0);
    app.clock.advance(Duration::from_secs(10));
    profile_is_served(&one).await;
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-"],
        "a call to the provider waits for it"
    );
    assert_eq!(other.fetch("/api/session").await.status, 200);
    app.provider.await_calls("/oauth2/token", 4).await;
}

async fn a_browser_that_goes_away_in_the_middle_does_not_lose_the_new_tokens(store: StoreKind) {
    let app = app_with_long_sessions(store).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR);
    app.provider
        .script(|script| script.token_delay = Duration::from_millis(300));
    tokio::select! {
        _ = browser.fetch("/api/profile") => panic!("answered before it went away"),
        _ = app.provider.await_posts("/oauth2/token", 2) => {}
    }
    profile_is_served(&browser).await;
    assert_eq!(app.provider.refreshes().await, 1);
}

async fn a_provider_that_does_not_rotate_is_asked_with_the_same_refresh_token_again(
    store: StoreKind,
) {
    let app = app_with_long_sessions(store).await;
    let browser = app.signed_in().await;
    app.provider
        .script(|script| script.with_refresh_token = false);
    for _ in 0..2 {
        app.clock.advance(HOUR);
        profile_is_served(&browser).await;
    }
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-", "refresh-1-"]
    );
}

async fn a_session_without_a_refresh_token_ends_with_its_access_token(store: StoreKind) {
    let app = app_with_long_sessions(store).await;
    app.provider
        .script(|script| script.with_refresh_token = false);
    let (browser, other) = (app.signed_in().await, app.signed_in().await);
    app.clock.advance(HOUR - Duration::from_secs(60));
    profile_is_served(&browser).await;
    app.clock.advance(Duration::from_secs(60));
    browser
        .fetch("/api/profile")
        .await
        .assert_problem(401, "session_refused");
    assert!(browser.session_parts().is_empty());
    other
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_refused");
    assert_eq!(app.provider.refreshes().await, 0);
}
