//! Revocations of every kind, in force after restarts and as long as they are needed.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use jiff::Timestamp;
use revocation_list::{Added, Name, Revocation, RevocationList, Scope};
use storage::Clock;
use tempfile::TempDir;

use crate::{
    lists::{
        HOUR, REASON, STREAM, comes_to_know, end, in_each, in_redis, in_sqlite, is_ended, name,
        reason_of, session, session_of,
    },
    redis_server::RedisServer,
};

/// Ends all kinds of sessions that there are.
async fn end_each_kind(list: &RevocationList, clock: &Clock) -> Timestamp {
    end(list, clock, session("one")).await;
    end(list, clock, Scope::provider_session("sid")).await;
    end(list, clock, Scope::others_of_user("ada", name("mine"))).await;
    end(list, clock, Scope::user("eve")).await;
    clock.now()
}

fn still_ended(list: &RevocationList, ended: Timestamp) {
    let (earlier, later) = (ended - HOUR, ended + HOUR);
    let is_ended = |name, user, sid, time| is_ended(list, name, &session_of(user, sid, time));
    assert!(is_ended("one", "bob", "other", later), "by its id");
    assert!(
        is_ended("two", "bob", "sid", earlier),
        "by the provider's session"
    );
    assert!(!is_ended("two", "bob", "sid", later), "begun after that");
    assert!(
        is_ended("three", "ada", "other", earlier),
        "by its user, begun before"
    );
    assert!(!is_ended("four", "ada", "other", later), "begun after");
    assert!(
        !is_ended("mine", "ada", "other", earlier),
        "the one that asked"
    );
    assert!(!is_ended("five", "bob", "other", earlier), "nobody's");
    assert!(is_ended("six", "eve", "other", earlier), "all of a user's");
    assert!(!is_ended("seven", "eve", "other", later), "begun after all");
}

#[tokio::test]
async fn it_ends_by_session_user_and_provider_session_and_a_restart_forgets_nothing() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    let ended = end_each_kind(&list, &clock).await;
    still_ended(&list, ended);
    drop(list);
    still_ended(&*in_sqlite(folder.path(), &clock).await, ended);
}

#[tokio::test]
async fn an_entry_that_expired_by_a_clock_that_was_ahead_is_there_when_it_is_right() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    let one: Name = [1; 16];
    // In the same table: names are spread by their first byte.
    let other: Name = [1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2];
    end(&list, &clock, Scope::session(one)).await;
    let ahead = 3_900_000;
    clock.step(ahead);
    end(&list, &clock, Scope::session(other)).await;
    clock.step(-ahead);
    assert!(matches!(list.find_by_name(one), Ok(Some(REASON))));
}

#[tokio::test]
async fn of_two_revocations_of_a_user_the_later_one_says_why() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    for reason in [1, 2] {
        let ended = session_of("ada", "other", clock.now());
        let revocation = Revocation::new(Scope::user("ada"), reason, clock.now() + HOUR);
        let _ = list.add(revocation).await.expect("the list is written");
        assert_eq!(reason_of(&list, &ended), Some(reason));
        clock.advance(HOUR / 4);
    }
}

#[tokio::test]
async fn what_one_node_ends_the_others_know_at_once_and_new_ones_from_the_start() {
    let (mut redis, clock) = (RedisServer::start().await, Clock::default());
    let (one, other) = (
        in_redis(&redis, &clock).await,
        in_redis(&redis, &clock).await,
    );
    let ended = end_each_kind(&one, &clock).await;
    still_ended(&one, ended);
    // Pushed: polled for, these would take half a second each, 20 s in all.
    let began = Instant::now();
    for number in 0..40 {
        let name = number.to_string();
        end(&one, &clock, session(&name)).await;
        comes_to_know(&other, &name).await;
    }
    assert!(began.elapsed() < Duration::from_secs(15), "polled for");
    still_ended(&other, ended);
    still_ended(&*in_redis(&redis, &clock).await, ended);

    redis.kill();
    redis.restart().await;
    still_ended(&*in_redis(&redis, &clock).await, ended);
}

#[tokio::test]
async fn the_end_of_all_of_a_user_is_not_undone_by_the_later_end_of_all_but_one() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    let first = clock.now();
    end(&list, &clock, Scope::user("ada")).await;
    clock.advance(HOUR / 2);
    let (second, late) = (clock.now(), name("late request"));
    end(&list, &clock, Scope::others_of_user("ada", late)).await;
    let is_ended = |name, time| is_ended(&list, name, &session_of("ada", "sid", time));
    assert!(is_ended("late request", first), "ended by the first");
    assert!(!is_ended("late request", second), "spared by the second");
    assert!(is_ended("any other", second));
}

#[tokio::test]
async fn entries_die_with_the_sessions_they_end() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    end(&list, &clock, session("old")).await;
    clock.advance(HOUR * 2);
    end_many(&list, &clock, "new").await;
    let session = session_of("ada", "sid", clock.now());
    assert!(!is_ended(&list, "old", &session), "forgotten in memory");
    assert_eq!(rows(&folder), MANY, "forgotten on disk");
}

#[tokio::test]
async fn entries_live_as_long_as_the_sessions_they_end() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    let ended = end_each_kind(&list, &clock).await;
    clock.advance(HOUR - Duration::from_secs(60));
    end_many(&list, &clock, "new").await;
    still_ended(&list, ended);
    drop(list);
    still_ended(&*in_sqlite(folder.path(), &clock).await, ended);
}

#[tokio::test]
async fn of_two_ends_of_the_same_sessions_the_later_until_counts() {
    let subjects = [
        Scope::user("ada"),
        Scope::others_of_user("ada", name("mine")),
        Scope::provider_session("sid"),
    ];
    for (subject, [first, second]) in subjects
        .into_iter()
        .flat_map(|subject| [[1, 3], [3, 1]].map(|hours| (subject, hours)))
    {
        let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
        let list = in_sqlite(folder.path(), &clock).await;
        let began = clock.now() - HOUR;
        for hours in [first, second] {
            let end = Revocation::new(subject, REASON, clock.now() + HOUR * hours);
            assert_eq!(list.add(end).await.expect("written"), Added::Recorded);
        }
        clock.advance(HOUR * 2);
        end_many(&list, &clock, "new").await;
        let session = session_of("ada", "sid", began);
        assert!(
            is_ended(&list, "one", &session),
            "{subject:?}, {first} and {second}"
        );
        drop(list);
        let list = in_sqlite(folder.path(), &clock).await;
        assert!(
            is_ended(&list, "one", &session),
            "{subject:?}, {first} and {second}, again"
        );
    }
}

/// So many that they come upon every part of the list.
const MANY: usize = 2_000;

async fn end_many(list: &RevocationList, clock: &Clock, word: &str) {
    let names: Vec<_> = (0..MANY).map(|number| format!("{word} {number}")).collect();
    for names in names.chunks(100) {
        let ends = names.iter().map(|name| end(list, clock, session(name)));
        join_all(ends).await;
    }
}

fn rows(folder: &TempDir) -> usize {
    let file = tokio_rusqlite::rusqlite::Connection::open(folder.path().join("revocations.sqlite"))
        .expect("the file");
    file.query_row("SELECT count(*) FROM revoked", [], |row| {
        row.get::<_, i64>(0)
    })
    .map(|rows| usize::try_from(rows).expect("a number"))
    .expect("a number")
}

#[tokio::test]
async fn what_has_ended_is_ended_again_without_a_row() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    for _ in 0..20 {
        end(&list, &clock, session("one")).await;
        end(&list, &clock, Scope::user("ada")).await;
    }
    assert_eq!(rows(&folder), 2);
}

#[tokio::test]
async fn what_has_ended_is_ended_again_without_an_entry_in_redis() {
    let (redis, clock) = (RedisServer::start().await, Clock::default());
    let list = in_redis(&redis, &clock).await;
    for _ in 0..20 {
        end(&list, &clock, session("one")).await;
    }
    assert_eq!(redis.command(&["XLEN", STREAM]).await, "1");
}

#[tokio::test]
async fn neither_users_nor_provider_sessions_are_named_in_what_is_stored() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let redis = RedisServer::start().await;
    for list in in_each(folder.path(), &redis, &clock).await {
        end(&list, &clock, Scope::user("canary-user")).await;
        end(&list, &clock, Scope::provider_session("canary-sid")).await;
        let asked = Revocation::new(session("one"), REASON, clock.now() + HOUR)
            .with_logout_token("canary-jti", clock.now());
        assert_eq!(list.add(asked).await.expect("written"), Added::Recorded);
    }
    let mut stored = redis.appended();
    for file in std::fs::read_dir(folder.path()).expect("the folder") {
        stored.extend(std::fs::read(file.expect("a file").path()).expect("a file"));
    }
    let found = stored.windows(6).any(|bytes| bytes == b"canary");
    assert!(!found && stored.len() > 1_000);
}
