//! The application's data in a session, by the example of preferences.

use std::{fs, time::Duration};

use futures_util::future::join;
use reqwest::{Method, header};
use serde_json::{Value, json};
use sessions::StoreKind;

use crate::{
    event_streams::reader::Reader,
    harness::{
        browser::{Answer, Browser},
        test_app::TestApp,
    },
};

on_every_store! {
    preferences_survive_a_refresh_use_a_new_secret_and_a_restart,
    preferences_end_with_the_session_and_the_next_has_none,
    a_change_and_a_refresh_at_the_same_time_lose_neither,
    another_tab_of_the_session_is_notified_of_a_change,
    preferences_are_encrypted_wherever_they_are_stored,
    a_change_of_an_ended_session_is_refused_and_nothing_is_written,
    preferences_that_are_none_are_refused_and_nothing_is_written,
}

const PREFERENCES: &str = "/api/preferences";
const HOUR: Duration = Duration::from_secs(3600);
const LONG: &str = "--session-idle-timeout=12h";

pub(super) async fn set_reminder(browser: &Browser, reminder: &str) -> Answer {
    let preferences = json!({ "theme": "dark", "reminder": reminder });
    put(browser, &preferences).await
}

/// `PUT` by a page of the application.
async fn put(browser: &Browser, preferences: &Value) -> Answer {
    let request = browser
        .request(Method::PUT, PREFERENCES)
        .header(header::ORIGIN, browser.origin())
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-mode", "cors")
        .header("sec-fetch-dest", "empty");
    browser.send(request.json(preferences)).await
}

pub(super) async fn reminder_of(browser: &Browser) -> String {
    let answer = browser.fetch("/api/preferences?slide=false").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["reminder"]
        .as_str()
        .expect("a reminder")
        .to_owned()
}

async fn preferences_survive_a_refresh_use_a_new_secret_and_a_restart(store: StoreKind) {
    let (old, new) = ("old-".repeat(9), "new-".repeat(9));
    let mut app = TestApp::on(store, &[LONG, &format!("--session-secrets={old}")]).await;
    let browser = app.signed_in().await;
    assert_eq!(reminder_of(&browser).await, "");
    let stored = set_reminder(&browser, "kept").await;
    assert_eq!(
        stored.json(),
        json!({ "theme": "dark", "reminder": "kept" })
    );
    app.clock.advance(HOUR);
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    assert_eq!(app.provider.refreshes().await, 1);
    app.restart_with(&[&format!("--session-secrets={new},{old}")])
        .await;
    let browser = app.copy_of(&browser);
    assert_eq!(reminder_of(&browser).await, "kept");
    set_reminder(&browser, "changed").await;
    app.restart_with(&[&format!("--session-secrets={new}")])
        .await;
    let status = app.copy_of(&browser).fetch(PREFERENCES).await.status;
    assert_eq!(status, 401, "the id is tagged with the old secret");
}

async fn preferences_end_with_the_session_and_the_next_has_none(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    set_reminder(&browser, "of the first").await;
    app.sign_in(&browser).await;
    assert_eq!(reminder_of(&browser).await, "");
    set_reminder(&browser, "of the second").await;
    browser.submit("/api/auth/logout").await;
    app.sign_in(&browser).await;
    assert_eq!(reminder_of(&browser).await, "");
}

async fn a_change_and_a_refresh_at_the_same_time_lose_neither(store: StoreKind) {
    let app = TestApp::on(store, &[LONG]).await;
    let browser = app.signed_in().await;
    // The token is refreshed because it expires soon; the change does not wait for that.
    app.clock.advance(HOUR - Duration::from_secs(30));
    app.provider
        .script(|script| script.token_delay = Duration::from_millis(300));
    let (one, other) = (app.copy_of(&browser), app.copy_of(&browser));
    let requests = join(one.fetch("/api/profile"), set_reminder(&other, "kept"));
    let (refreshed, changed) = requests.await;
    assert_eq!(
        (refreshed.status.as_u16(), changed.status.as_u16()),
        (200, 200)
    );
    for responses in [[&changed, &refreshed], [&refreshed, &changed]] {
        let browser = app.copy_of(&browser);
        for response in responses {
            browser.keep(response);
        }
        assert_eq!(reminder_of(&browser).await, "kept");
        app.clock.advance(HOUR);
        assert_eq!(browser.fetch("/api/profile").await.status, 200);
        assert_eq!(reminder_of(&browser).await, "kept");
    }
    assert_eq!(app.provider.refreshes().await, 3);
}

async fn another_tab_of_the_session_is_notified_of_a_change(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let mut tab = Reader::open(&browser).await;
    let mut stranger = Reader::open(&app.signed_in().await).await;
    set_reminder(&browser, "new").await;
    tab.next_of("dataChanged").await;
    // Nothing has changed, so nobody is notified.
    set_reminder(&browser, "new").await;
    browser.submit("/api/auth/logout").await;
    assert_eq!(tab.next().await.expect("an event")["type"], "ended");
    let event = stranger.next_of("otherEnded").await;
    assert!(!stranger.raw.contains("dataChanged"), "{event}");
}

async fn preferences_are_encrypted_wherever_they_are_stored(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let answer = set_reminder(&browser, "a-text-like-no-other").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let files = fs::read_dir(app.data_dir()).expect("a folder");
    let files = files.map(|file| file.expect("a file").path());
    let files = files.filter(|path| path.is_file());
    let mut stored: Vec<u8> = files
        .flat_map(|path| fs::read(path).expect("a file"))
        .collect();
    stored.extend(app.redis.iter().flat_map(|redis| redis.appended()));
    stored.extend(browser.cookie_header().into_bytes());
    let stored = String::from_utf8_lossy(&stored);
    assert!(!stored.contains("like-no-other"));
}

async fn a_change_of_an_ended_session_is_refused_and_nothing_is_written(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let thief = app.copy_of(&browser);
    browser.submit("/api/auth/logout").await;
    let refused = set_reminder(&thief, "too late").await;
    refused.assert_problem(401, "session_signed_out");
    let refused = set_reminder(&app.browser(), "nobody").await;
    refused.assert_problem(401, "unauthenticated");
}

async fn preferences_that_are_none_are_refused_and_nothing_is_written(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let longest = "\u{1f980}".repeat(280);
    assert_eq!(set_reminder(&browser, &longest).await.status, 200);
    for preferences in [
        json!({ "theme": "dark", "reminder": "x".repeat(281) }),
        json!({ "theme": "pink", "reminder": "" }),
        json!({ "theme": "dark", "reminder": 1 }),
        json!("dark"),
    ] {
        let refused = put(&browser, &preferences).await;
        refused.assert_problem(400, "invalid_request");
    }
    assert_eq!(reminder_of(&browser).await, longest);
}
