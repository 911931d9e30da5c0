//! The stream that holds the shared list: it is neither longer than it must be, nor is half of one
//! enough for a start.

use std::time::{Duration, Instant};

use storage::Clock;

use crate::{
    lists::{HOUR, STREAM, end, open_shared, session},
    redis_server::RedisServer,
};

#[tokio::test]
async fn the_shared_list_keeps_entries_for_the_longest_life_of_a_session_and_no_longer() {
    let (redis, clock) = (RedisServer::start().await, Clock::default());
    let longest = Duration::from_secs(1);
    let list = open_shared(&redis.url(), &clock, longest).await;
    let list = list.expect("the list");
    for number in 0..300 {
        end(&list, &clock, session(&format!("{number}"))).await;
    }
    let began = Instant::now();
    while redis.command(&["EXISTS", "session-revocations"]).await != "0" {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "the list outlived every session"
        );
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_shared_list_drops_what_is_of_no_use_while_it_grows() {
    let (redis, clock) = (RedisServer::start().await, Clock::default());
    let longest = Duration::from_secs(1);
    let list = open_shared(&redis.url(), &clock, longest).await;
    let list = list.expect("the list");
    let length = async || {
        let length = redis.command(&["XLEN", "session-revocations"]).await;
        length.parse::<usize>().expect("a number")
    };
    let (began, mut added) = (Instant::now(), 0);
    // Redis drops entries a hundred at a time.
    while length().await == added || added < 300 {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "all {added} entries are still there"
        );
        end(&list, &clock, session(&format!("{added}"))).await;
        added += 1;
    }
}

#[tokio::test]
async fn a_start_is_refused_when_the_shared_list_cannot_be_read() {
    let redis = RedisServer::start().await;
    redis.command(&["SET", STREAM, "not a list"]).await;
    let list = open_shared(&redis.url(), &Clock::default(), HOUR).await;
    let refused = list.err().expect("no start with half a list");
    let refused = format!("{refused:#}");
    assert!(refused.contains("the revocation list"), "{refused}");
}
