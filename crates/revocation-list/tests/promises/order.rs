//! The numbers of sign-ins and revocations.

use std::time::Duration;

use storage::Clock;

use crate::{lists::in_redis, redis_server::RedisServer};

#[tokio::test]
async fn with_redis_its_time_is_the_time_and_its_numbers_are_the_order() {
    let (redis, clock) = (RedisServer::start().await, Clock::default());
    let list = in_redis(&redis, &clock).await;
    let before = clock.now();
    clock.step(3_600_000);
    assert!(
        clock.now() < before + Duration::from_secs(60),
        "it follows the machine"
    );

    let ahead = clock.now() + Duration::from_secs(60);
    let number = ahead.as_millisecond().to_string();
    let key = "{session-revocations}:newest";
    redis.command(&["SET", key, &number]).await;
    let began = list.record_sign_in().await.expect("a number");
    assert_eq!(began.as_millisecond(), ahead.as_millisecond() + 1);
}
