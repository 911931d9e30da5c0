//! A lease belongs to whoever holds it, and to nobody once it was given back.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use futures_util::future::{join, join3};

use crate::harness::{
    browser::Browser,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

const HOUR: Duration = Duration::from_secs(3600);
/// A holder extends its lease twice in this time.
const TWO_EXTENSIONS: Duration = Duration::from_millis(1_200);

/// A browser whose tokens have expired, and the key of its lease.
async fn expired() -> (TestApp, RedisServer, Browser, String) {
    let redis = RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    let settings = [
        "--session-store=redis",
        &url,
        SECRETS,
        "--session-idle-timeout=12h",
    ];
    let app = TestApp::with(&settings).await;
    let browser = app.signed_in().await;
    let facts = browser.fetch("/api/session").await.json()["metadata"]["session"].clone();
    let handle = facts["handle"].as_str().expect("a handle");
    let lease = format!("session:{{{handle}}}:refresh");
    app.clock.advance(HOUR);
    (app, redis, browser, lease)
}

/// That nothing happens to a key can only be seen by looking for a while.
async fn stays(redis: &RedisServer, key: &str, expected: &str) {
    let began = Instant::now();
    while began.elapsed() < TWO_EXTENSIONS {
        assert_eq!(redis.command(&["EXISTS", key]).await, expected, "{key}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn becomes(redis: &RedisServer, key: &str, expected: &str) {
    let began = Instant::now();
    while redis.command(&["EXISTS", key]).await != expected {
        let patience = Duration::from_secs(10);
        assert!(began.elapsed() < patience, "{key} never: {expected}");
    }
}

#[tokio::test]
async fn a_lease_that_somebody_else_holds_is_neither_extended_nor_given_back() {
    let (app, redis, browser, lease) = expired().await;
    app.provider
        .script(|script| script.token_delay = TWO_EXTENSIONS);
    let taking_over = async {
        app.provider.await_posts("/oauth2/token", 2).await;
        let set = ["SET", &lease, "another node", "PX", "60000"];
        redis.command(&set).await
    };
    let (answer, _) = join(browser.fetch("/api/profile"), taking_over).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    stays(&redis, &lease, "1").await;
    assert_eq!(redis.command(&["GET", &lease]).await, "another node");
}

#[tokio::test]
async fn a_lease_is_given_back_after_the_refresh_and_not_extended_any_more() {
    let (_app, redis, browser, lease) = expired().await;
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    becomes(&redis, &lease, "0").await;
    stays(&redis, &lease, "0").await;
    stays(&redis, &format!("{lease}:sent"), "0").await;
}

#[tokio::test]
async fn until_its_tokens_are_saved_a_lease_is_held_and_made_again_when_it_was_lost() {
    let (app, redis, browser, lease) = expired().await;
    let (note, session) = (format!("{lease}:sent"), lease.replace(":refresh", ""));
    app.provider
        .script(|script| script.token_delay = Duration::from_millis(300));
    // Redis answers, and nobody can write the session: its key holds something else.
    let failing = async {
        app.provider.await_posts("/oauth2/token", 2).await;
        redis.command(&["RENAME", &session, "aside"]).await;
        redis.command(&["RPUSH", &session, "no session"]).await;
    };
    let (answer, ()) = join(browser.fetch("/api/profile"), failing).await;
    answer.assert_problem(503, "session_store_unavailable");
    for key in [&lease, &note] {
        stays(&redis, key, "1").await;
        redis.command(&["DEL", key]).await;
        becomes(&redis, key, "1").await;
    }
    redis.command(&["RENAME", "aside", &session]).await;
    for key in [&lease, &note] {
        becomes(&redis, key, "0").await;
    }
    let answer = browser.fetch("/api/profile").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(app.provider.refreshed_with().await, ["refresh-1-"]);
}

#[tokio::test]
async fn who_takes_a_lease_over_waits_for_the_tokens_and_sends_no_spent_one() {
    let (app, redis, browser, lease) = expired().await;
    let other = app.another_node(&[]).await;
    let (elsewhere, answered) = (other.copy_of(&browser), Cell::new(false));
    app.provider.script(|script| {
        script.token_delay = Duration::from_secs(4);
        script.detects_reuse = true;
    });
    let holding = async {
        let answer = browser.fetch("/api/profile").await;
        answered.set(true);
        answer
    };
    let taking_over = async {
        app.provider.await_posts("/oauth2/token", 2).await;
        elsewhere.fetch("/api/profile").await
    };
    // Redis loses the lease while the provider answers, until the other node has it.
    let losing = async {
        app.provider.await_posts("/oauth2/token", 2).await;
        let holder = redis.command(&["GET", &lease]).await;
        while !answered.get() {
            let now = redis.command(&["GET", &lease]).await;
            if now != "$-1" && now != holder {
                break;
            }
            redis.command(&["DEL", &lease]).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let (one, two, ()) = join3(holding, taking_over, losing).await;
    for answer in [one, two] {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    assert_eq!(app.provider.refreshed_with().await, ["refresh-1-"]);
}
