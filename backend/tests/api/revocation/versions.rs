//! Entries that another version wrote, during an upgrade or before it.

use std::time::{Duration, Instant};

use backend::{clock::Clock, session::revocation::Revocations};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_rusqlite::rusqlite::Connection;

use crate::harness::{
    lists::{
        HOUR, comes_to_know, end, first_version, handle, in_redis, in_sqlite, is_ended, names,
        session, session_of,
    },
    redis_server::RedisServer,
};

const STREAM: &str = "session-revocations";

async fn can_vouch(list: &Revocations, can: bool) {
    let began = Instant::now();
    while names(list, "nobody's").is_some() != can {
        assert!(
            began.elapsed() < Duration::from_secs(2),
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

/// Everything that the first version could end.
fn ended_by_the_first_version(clock: &Clock) -> Vec<String> {
    let (now, until) = (clock.now(), clock.now() + HOUR);
    let mine = handle("mine").to_string();
    let before = now.as_millisecond();
    let user =
        |except: Value| json!({ "user": { "user": "ada", "before": before, "except": except } });
    let subjects = [
        json!({ "session": handle("one").to_string() }),
        json!({ "provider_session": "sid" }),
        user(json!(mine)),
    ];
    subjects
        .iter()
        .map(|subject| first_version(subject, until))
        .collect()
}

fn all_is_ended(list: &Revocations, clock: &Clock) {
    let earlier = clock.now() - HOUR / 2;
    let is_ended = |name, user, sid| is_ended(list, name, &session_of(user, sid, earlier));
    assert!(is_ended("one", "bob", "other"));
    assert!(is_ended("two", "bob", "sid"));
    assert!(is_ended("three", "ada", "other"));
    assert!(!is_ended("mine", "ada", "other"));
    assert!(!is_ended("four", "bob", "other"));
}

#[tokio::test]
async fn what_the_first_version_ended_stays_ended_in_sqlite() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let file = Connection::open(folder.path().join("sessions.sqlite")).expect("a file");
    file.execute_batch(
        "CREATE TABLE revocation
           (id INTEGER PRIMARY KEY, entry TEXT NOT NULL, until_ms INTEGER NOT NULL) STRICT;
         PRAGMA user_version = 1",
    )
    .expect("the earlier table");
    for entry in ended_by_the_first_version(&clock) {
        let insert = "INSERT INTO revocation (entry, until_ms) VALUES (?1, 9999999999999)";
        file.execute(insert, [entry]).expect("a row");
    }
    drop(file);
    for _ in 0..2 {
        all_is_ended(&*in_sqlite(folder.path(), &clock).await, &clock);
    }
}

#[tokio::test]
async fn what_the_first_version_ended_stays_ended_in_redis() {
    let (redis, clock) = (RedisServer::start().await, Clock::default());
    for entry in ended_by_the_first_version(&clock) {
        redis.command(&["XADD", STREAM, "*", "entry", &entry]).await;
    }
    all_is_ended(&*in_redis(&redis, &clock).await, &clock);
}
