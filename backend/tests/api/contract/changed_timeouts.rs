//! `SESSION_ABSOLUTE_TIMEOUT` is changed while sessions live: a shorter one holds for them, a
//! longer one never does.

use std::time::Duration;

use sessions::StoreKind;

use crate::harness::{browser::Browser, test_app::TestApp};

on_every_store! {
    a_longer_absolute_timeout_lengthens_no_session,
    a_longer_absolute_timeout_brings_no_ended_session_back,
    a_shorter_absolute_timeout_holds_for_sessions_that_exist,
    a_timeout_that_was_short_for_a_while_brings_no_ended_session_back,
}

const MINUTE: Duration = Duration::from_secs(60);
const AN_HOUR: &str = "--session-absolute-timeout=1h";
const TWELVE_HOURS: &str = "--session-absolute-timeout=12h";

/// Only the absolute timeout ends its sessions.
async fn app(store: StoreKind, absolute: &str) -> TestApp {
    let settings = [absolute, "--session-idle-timeout=59m"];
    let app = TestApp::on(store, &settings).await;
    app.provider
        .script(|script| script.access_token_lifetime = 1_000_000);
    app
}

async fn lives(app: &TestApp, browser: &Browser) -> Browser {
    let browser = app.copy_of(browser);
    let answer = browser.fetch("/api/session").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    browser
}

async fn is_over(app: &TestApp, browser: &Browser, code: &str) {
    let answer = app.copy_of(browser).fetch("/api/session").await;
    answer.assert_problem(401, code);
}

async fn a_longer_absolute_timeout_lengthens_no_session(store: StoreKind) {
    ends_after_an_hour(store, AN_HOUR, TWELVE_HOURS).await;
}

async fn a_longer_absolute_timeout_brings_no_ended_session_back(store: StoreKind) {
    let mut app = app(store, AN_HOUR).await;
    let browser = app.signed_in().await;
    app.clock.advance(MINUTE * 30);
    let browser = lives(&app, &browser).await;
    let thief = app.copy_of(&browser);
    browser.open("/api/auth/logout").await;
    // An entry that lasted an hour is not read any more; that it was not used for so long is not
    // what ends it.
    app.clock.advance(MINUTE * 31);
    app.restart_with(&[TWELVE_HOURS]).await;
    is_over(&app, &thief, "session_signed_out").await;
}

async fn a_shorter_absolute_timeout_holds_for_sessions_that_exist(store: StoreKind) {
    ends_after_an_hour(store, TWELVE_HOURS, AN_HOUR).await;
}

/// A session that begins with one setting and goes on with another ends an hour after its
/// beginning.
async fn ends_after_an_hour(store: StoreKind, before: &str, after: &str) {
    let mut app = app(store, before).await;
    let browser = app.signed_in().await;
    app.clock.advance(MINUTE * 30);
    app.restart_with(&[after]).await;
    let browser = lives(&app, &browser).await;
    app.clock.advance(MINUTE * 29);
    let browser = lives(&app, &browser).await;
    app.clock.advance(MINUTE);
    is_over(&app, &browser, "session_absolute_timeout").await;
}

async fn a_timeout_that_was_short_for_a_while_brings_no_ended_session_back(store: StoreKind) {
    let mut app = app(store, TWELVE_HOURS).await;
    let browser = app.signed_in().await;
    app.restart_with(&[AN_HOUR]).await;
    app.clock.advance(MINUTE * 30);
    let browser = lives(&app, &browser).await;
    let thief = app.copy_of(&browser);
    browser.open("/api/auth/logout").await;
    app.clock.advance(MINUTE * 31);
    app.restart_with(&[TWELVE_HOURS]).await;
    is_over(&app, &thief, "session_signed_out").await;
}
