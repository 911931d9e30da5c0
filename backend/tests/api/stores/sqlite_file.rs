//! The SQLite file: how large it gets, what it waits for, and what leaves it.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use oidc_client::Token;
use sessions::StoreKind;
use storage::Clock;
use tempfile::TempDir;
use tokio_rusqlite::rusqlite::{self, Connection};

use crate::harness::{
    stores::{a_session, handle, open, open_sqlite},
    test_app::TestApp,
};

fn file_in(folder: &Path) -> Connection {
    Connection::open(folder.join("sessions.sqlite")).expect("the file")
}

fn number(file: &Connection, query: &str) -> i64 {
    file.query_row(query, [], |row| row.get(0))
        .expect("a number")
}

#[tokio::test]
async fn a_session_takes_little_more_than_its_bytes_in_the_file() {
    let folder = TempDir::new().expect("a folder");
    let store = open_sqlite(folder.path()).await;
    for round in 0..20 {
        join_all((0..100).map(|number| {
            let (name, store) = (format!("{round} {number}"), &store);
            let mut session = a_session();
            session.user.id.clone_from(&name);
            session.tokens.access_token = Token::new("a".repeat(1_800));
            async move {
                store
                    .create(handle(&name), &session)
                    .await
                    .expect("it begins")
            }
        }))
        .await;
    }
    let file = file_in(folder.path());
    let session = number(&file, "SELECT sum(length(state)) / count(*) FROM session");
    assert!((2_100..2_300).contains(&session), "{session} bytes");
    let pages = number(&file, "PRAGMA page_count") * number(&file, "PRAGMA page_size");
    let (taken, most) = (pages / 2_000, session * 13 / 10);
    assert!(taken <= most, "{taken} bytes for one of {session}");
}

#[tokio::test]
async fn a_file_of_another_page_size_is_opened_as_it_is() {
    let folder = TempDir::new().expect("a folder");
    let file = file_in(folder.path());
    file.execute_batch("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; CREATE TABLE a (b)")
        .expect("a file from before");
    drop(file);
    let store = open_sqlite(folder.path()).await;
    let mine = handle("mine");
    store.create(mine, &a_session()).await.expect("it begins");
    assert!(store.find(mine).await.expect("it answers").is_some());
    assert_eq!(number(&file_in(folder.path()), "PRAGMA page_size"), 4096);
}

#[tokio::test]
async fn all_that_has_expired_is_swept_from_the_file_at_once() {
    let folder = TempDir::new().expect("a folder");
    let data_dir = format!("--data-dir={}", folder.path().display());
    let settings = [
        "--session-store=sqlite",
        "--session-idle-timeout=2s",
        &data_dir,
    ];
    let _store = open(&settings, &Clock::default()).await.expect("a store");
    let file = file_in(folder.path());
    file.busy_timeout(Duration::from_secs(5)).expect("set");
    // At 500 rows for each look, every two seconds, these would take 40 s.
    file.execute_batch(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         INSERT INTO session (handle, user, generation, state, seen_ms, expires_ms)
         SELECT CAST(printf('%016d', i) AS BLOB), x'00', 1, x'00', 0, 1 FROM n",
    )
    .expect("expired rows");
    let (mut left, began) = (10_000, Instant::now());
    while left > 0 {
        assert!(began.elapsed() < Duration::from_secs(25), "{left} are left");
        tokio::time::sleep(Duration::from_millis(50)).await;
        left = number(&file, "SELECT count(*) FROM session");
    }
}

async fn becomes_unready(app: &TestApp) {
    let (watcher, began) = (app.browser(), Instant::now());
    loop {
        let answer = watcher.fetch("/readyz").await;
        if answer.status == 503 {
            return assert_eq!(answer.json()["sessionStore"], "unavailable");
        }
        assert!(began.elapsed() < Duration::from_secs(10), "still ready");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_file_that_was_deleted_or_replaced_while_it_is_used_is_noticed() {
    for replace in [false, true] {
        let app = TestApp::on(StoreKind::Sqlite, &[]).await;
        assert_eq!(app.browser().fetch("/readyz").await.status, 200);
        let path = app.data_dir().join("sessions.sqlite");
        if replace {
            let copy = app.data_dir().join("copy");
            fs::copy(&path, &copy).expect("a copy");
            fs::rename(copy, path).expect("it is replaced");
        } else {
            fs::remove_file(path).expect("it is deleted");
        }
        becomes_unready(&app).await;
    }
}

#[tokio::test]
async fn a_file_that_can_be_read_and_not_written_is_not_ready() {
    let app = TestApp::on(StoreKind::Sqlite, &[]).await;
    let mut file = file_in(app.data_dir());
    let behavior = rusqlite::TransactionBehavior::Immediate;
    let lock = file.transaction_with_behavior(behavior).expect("a lock");
    becomes_unready(&app).await;
    drop(lock);
    let (watcher, began) = (app.browser(), Instant::now());
    while watcher.fetch("/readyz").await.status != 200 {
        assert!(began.elapsed() < Duration::from_secs(10), "not ready again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
