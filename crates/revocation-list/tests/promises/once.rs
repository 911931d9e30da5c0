//! Revocations that count once.

use revocation_list::{Added, Revocation};
use storage::Clock;
use tempfile::TempDir;

use crate::{
    lists::{HOUR, REASON, in_each, session},
    redis_server::RedisServer,
};

#[tokio::test]
async fn a_revocation_that_counts_once_tells_all_but_the_first_caller() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let redis = RedisServer::start().await;
    for list in in_each(folder.path(), &redis, &clock).await {
        let revocation = Revocation::new(session("one"), REASON, clock.now() + HOUR);
        let add = || list.add(revocation.once(*b"one of one name."));
        let (first, second) = tokio::join!(add(), add());
        let third = add().await;
        let outcomes = [first, second, third].map(|added| added.expect("written"));
        let counted = outcomes.iter().filter(|added| **added == Added::Recorded);
        assert_eq!(counted.count(), 1, "{outcomes:?}");
    }
}
