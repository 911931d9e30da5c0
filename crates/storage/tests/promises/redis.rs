//! Redis.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ::redis::cmd;
use storage::{Clock, DEFAULT_TIMEOUT, MAX_STALENESS, Push, Redis, redis_addresses};
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::{sleep, timeout},
};

use crate::redis_server::RedisServer;

const LIMIT: Duration = Duration::from_secs(20);

struct Node {
    redis: Arc<Redis>,
    pushes: UnboundedReceiver<Push>,
}

async fn node(server: &RedisServer, clock: &Clock) -> Node {
    node_with(LIMIT, server, clock).await
}

async fn node_with(timeout: Duration, server: &RedisServer, clock: &Clock) -> Node {
    let (sender, pushes) = unbounded_channel();
    let on_push = move |push| drop(sender.send(push));
    let redis = Redis::open(&server.url().into(), timeout, clock.clone(), on_push).await;
    let redis = redis.expect("a connection");
    Node { redis, pushes }
}

impl Node {
    /// Waits for a push that `wanted` accepts.
    async fn gets(&mut self, wanted: impl Fn(&Push) -> bool) {
        let search = async { while !wanted(&self.pushes.recv().await.expect("a push")) {} };
        timeout(LIMIT, search).await.expect("it is pushed");
    }
}

#[tokio::test]
async fn a_key_that_was_read_is_pushed_when_it_changes() {
    let server = RedisServer::start().await;
    let mut node = node(&server, &Clock::default()).await;
    for change in [&["SET", "color", "red"][..], &["DEL", "color"]] {
        let read: Option<String> = node.redis.run(cmd("GET").arg("color")).await.expect("it");
        assert_eq!(read.is_some(), change[0] == "DEL");
        server.command(change).await;
        node.gets(|push| matches!(push, Push::Changed(key) if key == "color"))
            .await;
    }
}

#[tokio::test]
async fn a_message_reaches_all_nodes_also_after_a_reconnect() {
    let mut server = RedisServer::start().await;
    let (mut first, mut second) = (
        node(&server, &Clock::default()).await,
        node(&server, &Clock::default()).await,
    );
    for one in [&first, &second] {
        one.redis.subscribe("news").await.expect("it is allowed");
    }
    let message = |text: &'static str| {
        let expected = text.as_bytes();
        move |push: &Push| matches!(push, Push::Message(bytes) if bytes == expected)
    };
    let sent = first.redis.publish("news", b"before".to_vec()).await;
    sent.expect("it is sent");
    first.gets(message("before")).await;
    second.gets(message("before")).await;

    server.restart().await;
    // A subscription may be renewed a moment after the connection.
    let since = Instant::now();
    loop {
        assert!(since.elapsed() < LIMIT, "the message does not arrive");
        let _ = first.redis.publish("news", b"after".to_vec()).await;
        let arrived = timeout(Duration::from_millis(200), second.gets(message("after")));
        if arrived.await.is_ok() {
            break;
        }
    }
}

#[tokio::test]
async fn a_redis_that_hangs_is_unavailable_within_a_second() {
    let server = RedisServer::start().await;
    let node = node_with(DEFAULT_TIMEOUT, &server, &Clock::default()).await;
    assert!(node.redis.is_coherent());
    assert_eq!(node.redis.connected_for(), Duration::MAX);
    server.hang();
    let began = Instant::now();
    let outcome = node
        .redis
        .run::<Option<String>>(cmd("GET").arg("color"))
        .await;
    assert!(outcome.is_err() && began.elapsed() < LIMIT);
    while node.redis.is_coherent() {
        assert!(began.elapsed() < LIMIT, "still coherent");
        sleep(MAX_STALENESS / 10).await;
    }
    assert_eq!(node.redis.connected_for(), Duration::ZERO);
    assert!(node.redis.check().await.is_err());
    server.go_on();
    while !node.redis.is_coherent() {
        assert!(began.elapsed() < 2 * LIMIT, "not coherent again");
        sleep(MAX_STALENESS / 10).await;
    }
    assert!(node.redis.connected_for() < LIMIT * 2);
}

#[tokio::test]
async fn with_a_long_timeout_a_slow_command_succeeds_and_nothing_stale_is_trusted() {
    let server = RedisServer::start().await;
    let node = node(&server, &Clock::default()).await;
    server.hang();
    let get = cmd("GET").arg("color").take();
    let command = node.redis.run::<Option<String>>(&get);
    let hanging = async {
        let began = Instant::now();
        while node.redis.is_coherent() || began.elapsed() < 2 * DEFAULT_TIMEOUT {
            assert!(began.elapsed() < LIMIT, "still coherent");
            sleep(MAX_STALENESS / 10).await;
        }
        assert_eq!(node.redis.connected_for(), Duration::ZERO);
        server.go_on();
    };
    let (outcome, ()) = tokio::join!(command, hanging);
    assert_eq!(outcome.expect("it waits"), None);
    let resumed = Instant::now();
    while !node.redis.is_coherent() {
        assert!(resumed.elapsed() < LIMIT, "not coherent again");
        sleep(MAX_STALENESS / 10).await;
    }
    // Keys may have expired while it hung, so it counts as away.
    assert!(node.redis.connected_for() < Duration::MAX);
}

#[tokio::test]
async fn all_nodes_follow_the_clock_of_redis() {
    let server = RedisServer::start().await;
    let clock = Clock::default();
    let wrong = clock.of_another_machine(3_600_000);
    let hour = |clock: &Clock| clock.now().as_second() / 600;
    assert_ne!(hour(&wrong), hour(&clock), "its machine is an hour ahead");
    let _first = node(&server, &clock).await;
    let _second = node(&server, &wrong).await;
    for step in [0, -7_200_000, 86_400_000] {
        wrong.step(step);
        let apart = wrong.now().duration_since(clock.now()).unsigned_abs();
        assert!(apart < Duration::from_secs(60), "{apart:?}");
    }
}

#[test]
fn an_address_is_refused_without_its_password() {
    for good in ["redis://a:1,rediss://b", "unix:///run/redis.sock"] {
        assert!(redis_addresses(&good.into()).is_ok(), "{good}");
    }
    let refused = redis_addresses(&"http://user:hunter2@example.com".into());
    let error = format!("{:?}", refused.expect_err("it is no Redis"));
    assert!(
        error.contains("rediss://") && !error.contains("hunter2"),
        "{error}"
    );
}
