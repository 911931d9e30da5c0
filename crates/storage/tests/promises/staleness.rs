//! A coherent connection is trusted for two seconds from its last request, not from the response.

use std::time::{Duration, Instant};

use storage::{Clock, MAX_STALENESS, Redis};
use tokio::time::sleep_until;

use crate::{link::Link, redis_server::RedisServer};

/// A time within which Redis responds on a busy machine.
const BUSY_MACHINE: Duration = Duration::from_secs(30);

/// Waits until nothing that was asked for then may be trusted: not as long as if it counted from
/// the response.
async fn is_over((asked, delay): (Instant, Duration)) {
    sleep_until((asked + MAX_STALENESS + delay).into()).await;
}

#[tokio::test]
async fn what_redis_pushes_is_trusted_from_when_the_heartbeat_was_sent() {
    let redis = RedisServer::start().await;
    let link = Link::to(redis.port()).await;
    let node = Redis::open(&link.url().into(), BUSY_MACHINE, Clock::default(), |_| ()).await;
    let node = node.expect("a connection");
    assert!(node.is_coherent());
    is_over(link.cut_at_the_next("PING").await).await;
    assert!(!node.is_coherent());
}
