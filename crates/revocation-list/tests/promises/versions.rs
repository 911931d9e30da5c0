//! Entries that a later version wrote, during an upgrade.

use std::time::{Duration, Instant};

use storage::Clock;

use revocation_list::RevocationList;

use crate::{
    lists::{STREAM, comes_to_know, end, in_redis, names, session},
    redis_server::RedisServer,
};

async fn can_vouch(list: &RevocationList, can: bool) {
    let began = Instant::now();
    while names(list, "nobody's").is_some() != can {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "vouches: {}",
            !can
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_node_cannot_vouch_while_there_is_an_entry_of_a_later_version() {
    let (redis, clock) = (RedisServer::start().await, Clock::default());
    let list = in_redis(&redis, &clock).await;
    end(&list, &clock, session("one")).await;
    let first = redis.command(&["XADD", STREAM, "*", "2", "?"]).await;
    let second = redis.command(&["XADD", STREAM, "*", "2", "?"]).await;
    can_vouch(&list, false).await;
    let started_later = in_redis(&redis, &clock).await;
    can_vouch(&started_later, false).await;

    redis.command(&["XDEL", STREAM, &second]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    can_vouch(&list, false).await;
    redis.command(&["XDEL", STREAM, &first]).await;
    for list in [list, started_later] {
        can_vouch(&list, true).await;
        assert_eq!(names(&list, "one"), Some(true));
    }
}

#[tokio::test]
async fn an_entry_of_a_later_version_that_may_be_ignored_is_passed_over() {
    let (redis, clock) = (RedisServer::start().await, Clock::default());
    let list = in_redis(&redis, &clock).await;
    redis
        .command(&["XADD", STREAM, "*", "2", "?", "ignorable", "1"])
        .await;
    let other = in_redis(&redis, &clock).await;
    end(&other, &clock, session("one")).await;
    comes_to_know(&list, "one").await;
}
