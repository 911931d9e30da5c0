//! Sessions begin and end.

use std::{sync::atomic::Ordering, time::Duration};

use sessions::{EndReason, Refusal};

use crate::stage::{Stage, new_session};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_new_session_ends_the_previous_one() {
    let stage = Stage::open().await;
    let (first_id, first) = stage
        .sessions
        .create(new_session(HOUR), None)
        .await
        .expect("a session");
    // Actix: `Sessions::previous` reads it from the request.
    let previous = serde_json::json!({ "handle": first.handle });
    let previous = serde_json::from_value(previous).expect("a previous session");
    let created = stage.sessions.create(new_session(HOUR), Some(&previous));
    let (second_id, second) = created.await.expect("a session");
    assert_ne!(first_id.expose(), second_id.expose());
    assert!(!stage.is_alive(first.handle).await);
    assert!(stage.is_alive(second.handle).await);
}

#[tokio::test]
async fn an_ended_session_does_not_come_back_from_the_store() {
    let stage = Stage::open().await;
    let live = stage.begin(HOUR).await;
    stage.store.keeps.store(true, Ordering::Relaxed);
    let handle = live.handle;
    stage.sessions.end_session(live).await.expect("ended");
    let found = stage.sessions.find_session(handle, None).await;
    let found = found.expect("the store still has it");
    assert_eq!(found.ended, Some(EndReason::SignedOut));
}

#[tokio::test]
async fn the_least_recently_used_session_beyond_the_limit_ends() {
    let stage = Stage::open().await;
    let [first, second, third] = [
        stage.begin(HOUR).await,
        stage.begin(HOUR).await,
        stage.begin(HOUR).await,
    ];
    assert!(stage.is_alive(second.handle).await);
    assert!(stage.is_alive(third.handle).await);
    let found = stage.sessions.find_session(first.handle, None).await;
    let refusal = found.err().expect("it has ended");
    assert_eq!(refusal, Refusal::Ended(EndReason::LimitReached));
}

#[tokio::test]
async fn a_store_that_fails_signs_nobody_out() {
    let stage = Stage::open().await;
    let live = stage.begin(HOUR).await;
    stage.store.fails.store(true, Ordering::Relaxed);
    let found = stage.sessions.find_session(live.handle, None).await;
    assert_eq!(found.err(), Some(Refusal::StoreUnavailable));
    stage.store.fails.store(false, Ordering::Relaxed);
    assert!(stage.is_alive(live.handle).await);
}
