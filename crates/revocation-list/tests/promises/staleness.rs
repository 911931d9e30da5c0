//! The shared list is trusted for two seconds from its last request, not from the response.

use std::time::{Duration, Instant};

use futures_util::future::join;
use storage::{Clock, MAX_STALENESS};
use tokio::time::{sleep, sleep_until};

use crate::{
    link::Link,
    lists::{at, names},
    redis_server::RedisServer,
};

/// Waits until nothing that was asked for then may be trusted: not as long as if it counted from
/// the response.
async fn is_over((asked, delay): (Instant, Duration)) {
    sleep_until((asked + MAX_STALENESS + delay).into()).await;
}

#[tokio::test]
async fn a_list_that_was_read_too_long_ago_can_be_waited_for() {
    let redis = RedisServer::start().await;
    let link = Link::to(redis.port()).await;
    let list = at(&link.url(), &Clock::default()).await;
    link.cut();
    while names(&list, "nobody's").is_some() {
        sleep(MAX_STALENESS / 10).await;
    }
    let mending = async { link.mend() };
    let (current, ()) = join(list.catch_up(), mending).await;
    assert!(current.is_ok() && names(&list, "nobody's") == Some(false));
}

#[tokio::test]
async fn the_shared_list_is_trusted_from_when_it_was_asked_for() {
    let redis = RedisServer::start().await;
    let link = Link::to(redis.port()).await;
    let list = at(&link.url(), &Clock::default()).await;
    assert_eq!(names(&list, "nobody's"), Some(false));
    is_over(link.cut_at_the_next("XRANGE").await).await;
    assert_eq!(names(&list, "nobody's"), None);
}
