//! A Redis that lost what it had acknowledged: what one living node knows to be ended is ended on
//! all of them.

use std::time::Duration;

use revocation_list::Revocation;
use storage::Clock;

use crate::{
    link::Link,
    lists::{HOUR, REASON, STREAM, at, comes_to_know, end, in_redis, names, session, write_entry},
    redis_cluster::RedisCluster,
    redis_server::RedisServer,
};

/// Without a file of its own: it starts with what `SAVE` kept, or empty.
async fn forgetful_redis() -> RedisServer {
    RedisServer::start_with(&["--appendonly", "no"]).await
}

#[tokio::test]
async fn a_redis_that_restarts_empty_is_told_again_what_has_ended() {
    let (mut redis, clock) = (forgetful_redis().await, Clock::default());
    let one = in_redis(&redis, &clock).await;
    for number in 0..50 {
        end(&one, &clock, session(&format!("{number}"))).await;
    }
    redis.restart().await;
    let later = in_redis(&redis, &clock).await;
    for number in 0..50 {
        comes_to_know(&later, &format!("{number}")).await;
    }
    end(&later, &clock, session("after")).await;
    comes_to_know(&one, "after").await;
}

#[tokio::test]
async fn the_last_writes_that_a_failover_lost_are_written_again() {
    let (mut redis, clock) = (forgetful_redis().await, Clock::default());
    let (one, other) = (
        in_redis(&redis, &clock).await,
        in_redis(&redis, &clock).await,
    );
    end(&one, &clock, session("kept")).await;
    redis.command(&["SAVE"]).await;
    end(&one, &clock, session("lost")).await;
    comes_to_know(&other, "lost").await;
    redis.restart().await;
    // A look at the newest entry alone would miss none.
    let now = clock.now();
    write_entry(&redis, "*", session("by another node"), now, now + HOUR).await;
    let later = in_redis(&redis, &clock).await;
    for list in [&later, &one, &other] {
        comes_to_know(list, "kept").await;
        comes_to_know(list, "by another node").await;
        comes_to_know(list, "lost").await;
    }
}

#[tokio::test]
async fn what_was_acknowledged_just_before_a_failover_is_written_again() {
    let (mut redis, clock) = (forgetful_redis().await, Clock::default());
    let link = Link::to(redis.port()).await;
    let one = at(&link.url(), &clock).await;
    end(&one, &clock, session("kept")).await;
    redis.command(&["SAVE"]).await;
    // The node hears that its end was written, and not what it then reads.
    link.slow(Duration::from_millis(100));
    end(&one, &clock, session("lost")).await;
    link.cut();
    redis.restart().await;
    link.drop_connections();
    link.mend();
    let later = in_redis(&redis, &clock).await;
    comes_to_know(&later, "kept").await;
    comes_to_know(&later, "lost").await;
}

#[tokio::test]
async fn a_redis_whose_clock_is_behind_hides_no_end() {
    let (mut redis, clock) = (forgetful_redis().await, Clock::default());
    // As if written when the clock was ahead: whatever is written now to an empty stream comes
    // before it.
    let (now, id) = (clock.now(), "99999999999999-0");
    write_entry(&redis, id, session("of the future"), now, now + HOUR).await;
    let (one, other) = (
        in_redis(&redis, &clock).await,
        in_redis(&redis, &clock).await,
    );
    end(&one, &clock, session("before")).await;
    redis.restart().await;
    let later = in_redis(&redis, &clock).await;
    for name in ["of the future", "before"] {
        comes_to_know(&later, name).await;
    }
    end(&one, &clock, session("after")).await;
    for list in [&other, &later] {
        comes_to_know(list, "after").await;
    }
}

#[tokio::test]
async fn a_stream_without_loss_is_not_written_again() {
    let (redis, clock) = (RedisServer::start().await, Clock::default());
    let lists = [
        in_redis(&redis, &clock).await,
        in_redis(&redis, &clock).await,
    ];
    for number in 0..200 {
        end(&lists[number % 2], &clock, session(&format!("{number}"))).await;
    }
    for list in &lists {
        comes_to_know(list, "198").await;
        comes_to_know(list, "199").await;
    }
    redis.command(&["CLIENT", "KILL", "TYPE", "normal"]).await;
    let after = Revocation::new(session("after"), REASON, clock.now() + HOUR);
    while lists[0].add(after).await.is_err() {}
    comes_to_know(&lists[1], "after").await;
    assert_eq!(redis.command(&["XLEN", STREAM]).await, "201");
}

#[tokio::test]
async fn a_master_that_dies_with_its_last_writes_brings_no_session_back() {
    let (mut cluster, clock) = (RedisCluster::start().await, Clock::default());
    let one = at(&cluster.url(), &clock).await;
    end(&one, &clock, session("kept")).await;
    let slot = cluster.servers[0]
        .command(&["CLUSTER", "KEYSLOT", STREAM])
        .await;
    let master = match slot.parse().expect("a slot") {
        0..=5460 => 0,
        5461..=10922 => 1,
        _ => 2_usize,
    };
    // Its replica hears nothing more of it, and takes over all the same.
    let replica = master + 3;
    cluster.servers[replica].hang();
    cluster.servers[master]
        .command(&["CLIENT", "KILL", "TYPE", "replica"])
        .await;
    end(&one, &clock, session("lost")).await;
    cluster.kill(master);
    cluster.servers[replica].go_on();
    cluster.healthy().await;
    let length = cluster.servers[replica].command(&["XLEN", STREAM]).await;
    let later = at(&cluster.url(), &clock).await;
    comes_to_know(&later, "kept").await;
    comes_to_know(&later, "lost").await;
    assert_eq!(names(&one, "lost"), Some(true));
    assert!(length == "1" || length == "2", "{length}");
}
