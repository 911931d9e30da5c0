//! Streams are bounded: of one session, of one user, and in all.

use reqwest::Response;
use serde_json::json;

use super::reader::{Reader, ask};
use crate::harness::test_app::TestApp;

fn assert_refused(answer: &Response) {
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "5");
}

#[tokio::test]
async fn a_session_has_four_streams_and_the_oldest_gives_way_to_a_fifth() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let mut pages = Vec::new();
    for _ in 0..6 {
        pages.push(Reader::open(&browser).await);
    }
    let mut other = Reader::open(&app.signed_in().await).await;
    for page in &mut pages[..2] {
        assert_eq!(page.next().await, None);
        assert!(page.raw.ends_with("retry: 60000\n\n"), "{}", page.raw);
    }
    browser.submit("/api/auth/logout").await;
    for page in &mut pages[2..] {
        assert_eq!(page.next_of("ended").await["reason"], "signedOut");
    }
    other.next_of("otherEnded").await;
}

#[tokio::test]
async fn a_user_has_twenty_streams_and_the_oldest_gives_way_to_another() {
    let app = TestApp::start().await;
    let mut pages = Vec::new();
    for _ in 0..6 {
        let browser = app.signed_in().await;
        for _ in 0..4 {
            pages.push(Reader::open(&browser).await);
        }
    }
    for page in &mut pages[..4] {
        while page.next().await.is_some() {}
        assert!(page.raw.ends_with("retry: 60000\n\n"), "{}", page.raw);
    }
    let browser = app.signed_in().await;
    for page in &mut pages[4..] {
        page.next_of("otherBegan").await;
    }
    // A session that has four, of a user who has twenty: its own oldest.
    drop(pages.split_off(8));
    let mut newest = Vec::new();
    for _ in 0..5 {
        newest.push(Reader::open(&browser).await);
    }
    assert_eq!(newest[0].next().await, None);
    assert!(newest[0].raw.ends_with("retry: 60000\n\n"));
}

#[tokio::test]
async fn one_users_streams_leave_room_for_another_user() {
    let app = TestApp::with(&["--event-streams=30"]).await;
    let mut pages = Vec::new();
    for _ in 0..10 {
        let browser = app.signed_in().await;
        for _ in 0..4 {
            pages.push(Reader::open(&browser).await);
        }
    }
    app.provider.script(|script| {
        script.id_token_claims = json!({ "sub": "grace", "sid": "grace" });
        script.userinfo["sub"] = json!("grace");
    });
    let grace = app.signed_in().await;
    Reader::open(&grace).await;
}

#[tokio::test]
async fn streams_in_all_are_bounded_and_none_may_be_had() {
    let app = TestApp::with(&["--event-streams=2"]).await;
    let (first, second) = (app.signed_in().await, app.signed_in().await);
    let _pages = (Reader::open(&first).await, Reader::open(&second).await);
    assert_refused(&ask(&app.signed_in().await).await);
    let app = TestApp::with(&["--event-streams=0"]).await;
    assert_refused(&ask(&app.signed_in().await).await);
}

#[tokio::test]
async fn where_there_are_as_many_as_may_be_an_older_stream_of_ones_own_gives_way() {
    let app = TestApp::with(&["--event-streams=2"]).await;
    let (first, second) = (app.signed_in().await, app.signed_in().await);
    let mut before = Reader::open(&first).await;
    let mut of_another = Reader::open(&second).await;
    let mut reloaded = Reader::open(&first).await;
    assert_eq!(before.next().await, None);
    assert!(before.raw.ends_with("retry: 60000\n\n"), "{}", before.raw);
    assert_refused(&ask(&app.signed_in().await).await);
    second.submit("/api/auth/logout").await;
    assert_eq!(of_another.next_of("ended").await["reason"], "signedOut");
    reloaded.next_of("otherEnded").await;
}
