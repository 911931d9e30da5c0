//! What this process knows is trusted for two seconds from when it asked, not from when the answer
//! came.

use std::time::{Duration, Instant};

use backend::{
    clock::Clock,
    storage::redis::{Redis, TRUST},
};
use tokio::time::{sleep, sleep_until};

use crate::harness::{
    link::Link,
    lists::{at, names},
    redis_server::RedisServer,
};

/// How long a piece takes in either direction; an answer takes twice as long.
const DELAY: Duration = Duration::from_millis(300);

/// Cuts a slow link when something with this word was sent, so that its answer does not come. Gives
/// back when the one before it was sent, whose answer came.
async fn cut_at_the_next(link: &Link, word: &str) -> Instant {
    link.slow(DELAY);
    let before = link.asked(word).len();
    loop {
        let asked = link.asked(word);
        if asked.len() >= before + 3 {
            link.cut();
            return asked[asked.len() - 2];
        }
        sleep(Duration::from_millis(1)).await;
    }
}

/// Later than what was asked for then may be trusted, and earlier than if it counted from the
/// answer.
async fn is_over(asked: Instant) {
    sleep_until((asked + TRUST + DELAY).into()).await;
}

#[tokio::test]
async fn what_redis_pushes_is_trusted_from_when_the_heartbeat_was_sent() {
    let redis = RedisServer::start().await;
    let link = Link::to(redis.port()).await;
    let node = Redis::open(&link.url().into(), Clock::default(), |_| ()).await;
    let node = node.expect("a connection");
    assert!(node.is_coherent());
    is_over(cut_at_the_next(&link, "PING").await).await;
    assert!(!node.is_coherent());
}

#[tokio::test]
async fn the_shared_list_is_trusted_from_when_it_was_asked_for() {
    let redis = RedisServer::start().await;
    let link = Link::to(redis.port()).await;
    let list = at(&link.url(), &Clock::default()).await;
    assert_eq!(names(&list, "nobody's"), Some(false));
    is_over(cut_at_the_next(&link, "XRANGE").await).await;
    assert_eq!(names(&list, "nobody's"), None);
}
