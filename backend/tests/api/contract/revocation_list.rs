//! Rule 7: what the revocation list ends, and that it forgets nothing.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_session::storage::SessionKey;
use backend::{
    clock::Clock,
    session::{
        Handle, UserSession,
        revocation::{Revocation, Revocations, Subject, UserEnd},
    },
};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::harness::{
    redis_server::RedisServer,
    stores::{a_session, open},
};

const HOUR: Duration = Duration::from_secs(3600);

async fn in_sqlite(folder: &Path, clock: &Clock) -> Arc<Revocations> {
    let folder = format!("--data-dir={}", folder.display());
    open(&[&folder], clock).await.expect("the list").revocations
}

async fn in_redis(redis: &RedisServer, clock: &Clock) -> Arc<Revocations> {
    let url = format!("--redis-url={}", redis.url());
    open(&[&url], clock).await.expect("the list").revocations
}

fn handle(name: &str) -> Handle {
    Handle::of(&SessionKey::try_from(name.to_owned()).expect("an id"))
}

fn until(clock: &Clock, after: Duration, subject: Subject) -> Revocation {
    Revocation::of(subject, clock.now() + after)
}

fn is_ended(list: &Revocations, name: &str, session: &UserSession) -> bool {
    list.contain(&handle(name), session)
        .expect("the list can be read")
}

fn session_of(user: &str, sid: &str, created_at: Timestamp) -> UserSession {
    let mut session = UserSession {
        provider_session_id: Some(sid.to_owned()),
        created_at,
        ..a_session()
    };
    session.user.id = user.to_owned();
    session
}

/// What each list does, told of everything there is to tell.
async fn ends_what_it_names(list: &Revocations, clock: &Clock) {
    let now = clock.now();
    let (earlier, later) = (now - HOUR, now + HOUR);
    list.add(until(clock, HOUR, Subject::Session(handle("one"))))
        .await
        .expect("added");
    list.add(until(
        clock,
        HOUR,
        Subject::ProviderSession("sid".to_owned()),
    ))
    .await
    .expect("added");
    let end = UserEnd {
        user: "ada".to_owned(),
        before: now,
        except: Some(handle("mine")),
    };
    list.add(until(clock, HOUR, Subject::User(end)))
        .await
        .expect("added");
    still_ended(list, earlier, later);
}

fn still_ended(list: &Revocations, earlier: Timestamp, later: Timestamp) {
    assert!(
        is_ended(list, "one", &session_of("bob", "other", later)),
        "by its id"
    );
    assert!(
        is_ended(list, "two", &session_of("bob", "sid", later)),
        "by the provider's session"
    );
    assert!(
        is_ended(list, "three", &session_of("ada", "other", earlier)),
        "by its user, begun before"
    );
    assert!(
        !is_ended(list, "four", &session_of("ada", "other", later)),
        "begun after"
    );
    assert!(
        !is_ended(list, "mine", &session_of("ada", "other", earlier)),
        "the one that asked"
    );
    assert!(
        !is_ended(list, "five", &session_of("bob", "other", earlier)),
        "nobody's"
    );
}

#[tokio::test]
async fn it_ends_by_session_by_user_before_a_time_and_by_provider_session_and_a_restart_forgets_nothing()
 {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    let now = clock.now();
    ends_what_it_names(&list, &clock).await;
    drop(list);
    still_ended(
        &*in_sqlite(folder.path(), &clock).await,
        now - HOUR,
        now + HOUR,
    );
}

#[tokio::test]
async fn what_one_node_ends_the_others_know_at_once_and_new_ones_from_the_start() {
    let (mut redis, clock) = (RedisServer::start().await, Clock::default());
    let (one, other) = (
        in_redis(&redis, &clock).await,
        in_redis(&redis, &clock).await,
    );
    let now = clock.now();
    ends_what_it_names(&one, &clock).await;
    let began = Instant::now();
    while !is_ended(&other, "three", &session_of("ada", "other", now - HOUR)) {
        assert!(
            began.elapsed() < Duration::from_millis(250),
            "pushed, not polled for"
        );
        tokio::task::yield_now().await;
    }
    still_ended(&other, now - HOUR, now + HOUR);
    still_ended(&*in_redis(&redis, &clock).await, now - HOUR, now + HOUR);

    redis.kill();
    redis.restart().await;
    still_ended(&*in_redis(&redis, &clock).await, now - HOUR, now + HOUR);
}

#[tokio::test]
async fn the_end_of_all_a_users_sessions_is_not_undone_by_the_later_end_of_all_but_one() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    let now = clock.now();
    let end = |before, except| {
        Subject::User(UserEnd {
            user: "ada".to_owned(),
            before,
            except,
        })
    };
    list.add(until(&clock, HOUR, end(now, None)))
        .await
        .expect("added");
    list.add(until(
        &clock,
        HOUR,
        end(now + HOUR, Some(handle("late request"))),
    ))
    .await
    .expect("added");
    assert!(
        is_ended(&list, "late request", &session_of("ada", "sid", now)),
        "ended by the first"
    );
    assert!(
        !is_ended(&list, "late request", &session_of("ada", "sid", now + HOUR)),
        "spared by the second"
    );
    assert!(is_ended(
        &list,
        "any other",
        &session_of("ada", "sid", now + HOUR)
    ));
}

#[tokio::test]
async fn entries_die_with_the_sessions_they_end() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    list.add(until(&clock, HOUR, Subject::Session(handle("old"))))
        .await
        .expect("added");
    clock.advance(HOUR * 2);
    list.add(until(&clock, HOUR, Subject::Session(handle("new"))))
        .await
        .expect("added");
    let session = session_of("ada", "sid", clock.now());
    assert!(!is_ended(&list, "old", &session), "forgotten in memory");
    let file = tokio_rusqlite::rusqlite::Connection::open(folder.path().join("sessions.sqlite"))
        .expect("the file");
    let rows: i64 = file
        .query_row("SELECT count(*) FROM revocation", [], |row| row.get(0))
        .expect("a number");
    assert_eq!(rows, 1, "forgotten on disk");
}

#[tokio::test]
async fn the_shared_list_keeps_entries_for_the_longest_life_of_a_session_and_no_longer() {
    let (redis, clock) = (RedisServer::start().await, Clock::default());
    let url = format!("--redis-url={}", redis.url());
    let short = [
        "--session-absolute-timeout=1s",
        "--session-idle-timeout=1s",
        &url,
    ];
    let list = open(&short, &clock).await.expect("the list").revocations;
    for number in 0..300 {
        let one = Subject::Session(handle(&format!("{number}")));
        list.add(until(&clock, Duration::from_secs(1), one))
            .await
            .expect("added");
    }
    let began = Instant::now();
    while redis.command(&["EXISTS", "session-revocations"]).await != "0" {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "the list outlived every session"
        );
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_start_is_refused_when_the_shared_list_cannot_be_read() {
    let mut redis = RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    redis.kill();
    let refused = open(&[&url], &Clock::default())
        .await
        .err()
        .expect("no start without the list");
    assert!(format!("{refused:#}").contains("REDIS_URL"), "{refused:#}");

    redis.restart().await;
    redis
        .command(&["SET", "session-revocations", "not a list"])
        .await;
    let refused = open(&[&url], &Clock::default())
        .await
        .err()
        .expect("no start with half a list");
    assert!(
        format!("{refused:#}").contains("revocation list"),
        "{refused:#}"
    );
}
