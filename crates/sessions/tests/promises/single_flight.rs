//! Single flight by itself: outcomes are remembered within their bytes, work under way always is.

use std::{cell::Cell, future, time::Duration};

use sessions::refresh::single_flight::SingleFlight;
use tokio::sync::oneshot;

const MINUTE: Duration = Duration::from_secs(60);

/// Outcomes of which ten fit.
fn ten_fit() -> SingleFlight<u32, String> {
    let weight = |outcome: &String| u32::try_from(outcome.len()).expect("short");
    SingleFlight::new(MINUTE, 10_000, weight)
}

/// Does the work of these keys, each with an outcome of 1,000 bytes: how many were still known.
async fn join_each(flights: &SingleFlight<u32, String>, keys: std::ops::Range<u32>) -> usize {
    let known = Cell::new(0);
    for key in keys {
        let is_good = |_: &String, _| {
            known.set(known.get() + 1);
            true
        };
        let work = || tokio::spawn(future::ready("x".repeat(1_000)));
        let outcome = flights.join(&key, is_good, work).await;
        assert_eq!(outcome.expect("no panic").len(), 1_000);
    }
    known.get()
}

#[tokio::test]
async fn outcomes_give_way_by_their_bytes() {
    let flights = ten_fit();
    assert_eq!(join_each(&flights, 0..5).await, 0);
    assert_eq!(join_each(&flights, 0..5).await, 5, "they fit");
    assert_eq!(join_each(&flights, 5..2_000).await, 0);
    // The cache tidies up now and then, not at once.
    let known = join_each(&flights, 0..2_000).await;
    assert!(known < 500, "{known} of 2,000");
}

#[tokio::test]
async fn work_under_way_never_gives_way() {
    let flights = ten_fit();
    let (finish, finished) = oneshot::channel();
    let begin = || tokio::spawn(async { finished.await.expect("an outcome") });
    let first = flights.join(&0, |_, _| true, begin);
    join_each(&flights, 1..2_000).await;
    let second = flights.join(&0, |_, _| true, || panic!("begun a second time"));
    finish.send("outcome".to_owned()).expect("it waits");
    assert_eq!(first.await.as_deref(), Some("outcome"));
    assert_eq!(second.await.as_deref(), Some("outcome"));
}

#[tokio::test]
async fn what_nobody_waited_for_is_remembered() {
    let flights = ten_fit();
    let (done, is_done) = oneshot::channel();
    let work = tokio::spawn(async move {
        let _ = done.send(());
        "outcome".to_owned()
    });
    drop(flights.join(&0, |_, _| true, || work));
    is_done.await.expect("done");
    let again = flights.join(&0, |_, _| true, || panic!("begun a second time"));
    assert_eq!(again.await.as_deref(), Some("outcome"));
}

#[tokio::test]
async fn work_that_panicked_is_begun_anew() {
    let flights = ten_fit();
    let broken = || tokio::spawn(async { panic!("for the test") });
    assert!(flights.join(&0, |_, _| true, broken).await.is_none());
    let work = || tokio::spawn(future::ready("outcome".to_owned()));
    let outcome = flights.join(&0, |_, _| true, work).await;
    assert_eq!(outcome.as_deref(), Some("outcome"));
}
