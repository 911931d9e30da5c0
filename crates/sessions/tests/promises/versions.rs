//! Versions of a session.

use std::time::Duration;

use sessions::stores::{SessionStore, WriteOutcome};

use crate::stage::Stage;

#[tokio::test]
async fn a_slow_request_does_not_overwrite_a_newer_version() {
    let stage = Stage::open().await;
    let live = stage.begin(Duration::from_secs(3600)).await;
    let slow = live.session.next_version();
    let fast = live.session.next_version();
    let replace = async |session| {
        let outcome = stage.store.replace(live.handle, session).await;
        outcome.expect("the store answers")
    };
    assert_eq!(replace(&fast).await, WriteOutcome::Written);
    assert_eq!(replace(&slow).await, WriteOutcome::Outdated);
    stage
        .store
        .delete(live.handle, "ada")
        .await
        .expect("deleted");
    assert_eq!(replace(&fast).await, WriteOutcome::Deleted);
}
