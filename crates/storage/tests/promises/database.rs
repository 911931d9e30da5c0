//! The SQLite file.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    time::Duration,
};

use futures_util::future::join_all;
use storage::{Database, digest, pseudonym};
use tempfile::TempDir;

/// A time within which a disk of a busy machine responds.
const BUSY_MACHINE: Duration = Duration::from_secs(30);
const TABLE: &[&str] = &["CREATE TABLE number (value INTEGER PRIMARY KEY) STRICT"];
const INSERT: &str = "INSERT INTO number VALUES (?1)";

fn file_in(folder: &TempDir) -> PathBuf {
    folder.path().join("numbers.sqlite")
}

async fn open(path: &Path) -> Database {
    let database = Database::open(path, BUSY_MACHINE).await.expect("a file");
    database.migrate("numbers", TABLE).await.expect("a table");
    database
}

async fn count(database: &Database) -> i64 {
    let count = "SELECT count(*) FROM number";
    let row = database.read(move |file| file.query_row(count, [], |row| row.get(0)));
    row.await.expect("a number")
}

#[tokio::test]
async fn a_commit_waits_for_the_disk() {
    let folder = TempDir::new().expect("a folder");
    let database = open(&file_in(&folder)).await;
    let synchronous = database
        .read(|file| file.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0)))
        .await
        .expect("a number");
    assert!(synchronous >= 2, "2 is FULL: {synchronous}");
}

#[tokio::test]
async fn concurrent_writes_share_a_commit() {
    let folder = TempDir::new().expect("a folder");
    let database = open(&file_in(&folder)).await;
    // A commit appends each page that it changed to the log, so few commits leave a short log.
    let log = folder.path().join("numbers.sqlite-wal");
    let before = fs::metadata(&log).expect("a log").len();
    let committed = Arc::new(AtomicUsize::new(0));
    let writes = (0..300).map(|value| {
        let committed = Arc::clone(&committed);
        database.write(
            move |file| file.execute(INSERT, [value]),
            move |rows| {
                committed.fetch_add(*rows, SeqCst);
            },
        )
    });
    for outcome in join_all(writes).await {
        assert_eq!(outcome.expect("it is written"), 1);
    }
    assert_eq!(committed.load(SeqCst), 300, "each is called once");
    assert_eq!(count(&database).await, 300);
    let pages = (fs::metadata(&log).expect("a log").len() - before) / (16 * 1024);
    assert!(pages < 100, "{pages} pages were written for 300 rows");
}

#[tokio::test]
async fn a_failed_write_does_not_fail_the_others_of_its_commit() {
    let folder = TempDir::new().expect("a folder");
    let database = open(&file_in(&folder)).await;
    let write = |value: i64| database.write(move |file| file.execute(INSERT, [value]), |_| ());
    let (first, twice, last) = tokio::join!(write(1), write(1), write(2));
    assert!(first.is_ok() && last.is_ok());
    let error = twice.expect_err("the value is there already").to_string();
    assert!(error.contains("UNIQUE"), "{error}");
    assert_eq!(count(&database).await, 2);
}

#[tokio::test]
async fn a_write_that_fails_halfway_is_undone_as_a_whole() {
    let folder = TempDir::new().expect("a folder");
    let database = open(&file_in(&folder)).await;
    let halfway = database.write(
        |file| {
            file.execute(INSERT, [1])?;
            file.execute(INSERT, [1])
        },
        |_| (),
    );
    let other = database.write(|file| file.execute(INSERT, [2]), |_| ());
    let (halfway, other) = tokio::join!(halfway, other);
    assert!(halfway.is_err() && other.is_ok());
    assert_eq!(count(&database).await, 1, "only the other is written");
}

#[tokio::test]
async fn a_migration_runs_once_and_a_newer_file_is_refused() {
    const NEWER: &[&str] = &[TABLE[0], "INSERT INTO number VALUES (7)"];
    let folder = TempDir::new().expect("a folder");
    let database = open(&file_in(&folder)).await;
    for _ in 0..2 {
        let migrated = database.migrate("numbers", NEWER).await;
        migrated.expect("the second runs once, the first not again");
    }
    assert_eq!(count(&database).await, 1);
    let older = database.migrate("numbers", TABLE).await;
    let error = older.expect_err("the file is newer").to_string();
    assert!(error.contains("newer version"), "{error}");
}

#[tokio::test]
async fn a_disk_that_hangs_is_unavailable_after_the_timeout() {
    for timeout in [Duration::from_millis(50), BUSY_MACHINE] {
        let folder = TempDir::new().expect("a folder");
        let database = Database::open(&file_in(&folder), timeout).await;
        let database = database.expect("a file");
        let (release, released) = mpsc::channel();
        let reading = database.read(move |_| Ok(released.recv()));
        let hanging = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            release.send(()).ok();
        };
        let (read, ()) = tokio::join!(reading, hanging);
        assert_eq!(read.is_ok(), timeout == BUSY_MACHINE);
    }
}

#[tokio::test]
async fn a_second_process_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let _first = open(&file_in(&folder)).await;
    let second = Database::open(&file_in(&folder), BUSY_MACHINE).await;
    let error = second.err().expect("it is in use").to_string();
    assert!(error.contains("another process uses"), "{error}");
}

#[tokio::test]
async fn a_file_that_was_deleted_or_replaced_is_noticed() {
    for replace in [false, true] {
        let folder = TempDir::new().expect("a folder");
        let path = file_in(&folder);
        let database = open(&path).await;
        if replace {
            let copy = folder.path().join("copy");
            fs::copy(&path, &copy).expect("a copy");
            fs::rename(copy, path).expect("it is replaced");
        } else {
            fs::remove_file(path).expect("it is deleted");
        }
        assert!(database.check().await.is_err());
    }
}

#[test]
fn a_pseudonym_is_the_start_of_a_known_hash() {
    // SHA-256 of "abc" (FIPS 180-4): ba7816bf 8f01cfea 414140de 5dae2223 …
    let expected = 0xba78_16bf_8f01_cfea_4141_40de_5dae_2223_u128.to_be_bytes();
    assert_eq!(digest("abc"), expected);
    assert_eq!(pseudonym("abc"), "ungWv48Bz-pBQUDeXa4iIw");
}
