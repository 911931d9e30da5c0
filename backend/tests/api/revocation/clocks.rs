//! Nodes whose clocks differ: with Redis, its clock decides what was before what.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::Method;
use serde_json::json;
use storage::digest;

use crate::harness::{
    browser::{Answer, Browser},
    logout_token::{post, token},
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

/// Milliseconds by which the clock of the other node is ahead, or behind.
const DIFFERENCES: [i64; 2] = [30_000, -30_000];

/// A node, and another whose clock is ahead by so much.
async fn two_nodes(redis: &RedisServer, store: &str, ahead_ms: i64) -> [TestApp; 2] {
    let (store, url) = (
        format!("--session-store={store}"),
        format!("--redis-url={}", redis.url()),
    );
    let mut here = TestApp::with(&[&store, &url, SECRETS]).await;
    here.clock = here.clock.of_another_machine(ahead_ms);
    let there = here.another_node(&[]).await;
    [here, there]
}

async fn end_all(browser: &Browser, scope: &str) -> Answer {
    let request = browser
        .request(Method::DELETE, &format!("/api/sessions?scope={scope}"))
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-mode", "cors");
    browser.send(request).await
}

async fn ends(browser: &Browser) {
    let began = Instant::now();
    while browser.fetch("/api/session").await.status != 401 {
        assert!(began.elapsed() < Duration::from_secs(20), "it lives on");
    }
}

#[tokio::test]
async fn a_sign_in_right_after_everywhere_is_good_whatever_the_clocks_say() {
    let redis = RedisServer::start().await;
    for (store, ahead) in [("cookie", DIFFERENCES[0]), ("redis", DIFFERENCES[1])] {
        let [here, there] = two_nodes(&redis, store, ahead).await;
        for (one, other) in [(&here, &there), (&there, &here)] {
            assert_eq!(end_all(&one.signed_in().await, "all").await.status, 204);
            let browser = other.signed_in().await;
            for node in [one, other] {
                let answer = node.copy_of(&browser).fetch("/api/session").await;
                assert_eq!(answer.status, 200, "{store} {ahead}: {}", answer.body);
            }
        }
    }
}

#[tokio::test]
async fn an_end_reaches_what_began_on_a_node_whose_clock_is_ahead() {
    let redis = RedisServer::start().await;
    for (store, ahead) in [("cookie", DIFFERENCES[1]), ("redis", DIFFERENCES[0])] {
        let [here, there] = two_nodes(&redis, store, ahead).await;
        for (number, (one, other)) in [(&here, &there), (&there, &here)].into_iter().enumerate() {
            let (lost, mine) = (one.signed_in().await, other.signed_in().await);
            assert_eq!(end_all(&mine, "others").await.status, 204);
            ends(&lost).await;
            assert_eq!(mine.fetch("/api/session").await.status, 200);

            let by_session = format!("{store} {number}");
            let sent = token(&here, &by_session, &json!({ "sid": "provider-session" }));
            assert_eq!(post(one, &sent).await.status, 200);
            ends(&mine).await;
        }
    }
}

#[tokio::test]
async fn a_sign_in_is_never_older_than_the_newest_end_of_its_user() {
    let redis = RedisServer::start().await;
    let [here, _] = two_nodes(&redis, "cookie", 0).await;
    let first = here.signed_in().await;
    let now = here.clock.now();
    let until = now + Duration::from_secs(3600);
    let ahead = now + Duration::from_secs(30);
    // Written by a node whose clock was ahead.
    end_all_of(&redis, "ada", ahead, until).await;
    ends(&first).await;
    let second = here.signed_in().await;
    assert_eq!(second.fetch("/api/session").await.status, 200);
}

/// Writes an entry for all sessions of a user, as another node would.
async fn end_all_of(redis: &RedisServer, user: &str, before: Timestamp, until: Timestamp) {
    let [before, until] = [before, until].map(|time| time.as_millisecond().to_be_bytes());
    let bytes = [&[2, 0][..], &before, &until, &digest(user)].concat();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let script = "local entry = ARGV[1]:gsub('..', function(hex)
                      return string.char(tonumber(hex, 16))
                  end)
                  return redis.call('XADD', KEYS[1], '*', '1', entry)";
    let stream = "session-revocations";
    redis.command(&["EVAL", script, "1", stream, &hex]).await;
}
