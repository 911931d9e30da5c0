//! A list of millions: what it costs to read, to keep, to ask and to sweep. Takes a minute; to be
//! run alone, optimized: `cargo test --release -p revocation-list -- --ignored --nocapture scale`.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use revocation_list::RevocationList;
use storage::Clock;
use tempfile::TempDir;
use tokio_rusqlite::{params, rusqlite};

use crate::{
    lists::{HOUR, STREAM, end, in_redis, in_sqlite, is_ended, is_listed, session, session_of},
    redis_server::RedisServer,
};

const MILLION: usize = 1_000_000;
/// Longest wait of a request for the list.
const PAUSE: Duration = Duration::from_millis(20);

/// Bytes of memory that this process takes.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let resident = pages.split(' ').nth(1).expect("a number of pages");
    resident.parse::<usize>().expect("a number") * 4096
}

/// Puts ended sessions into the file, without the application.
fn fill_file(folder: &Path, count: usize, until: Timestamp) {
    let mut file = rusqlite::Connection::open(folder.join("revocations.sqlite")).expect("the file");
    let transaction = file.transaction().expect("a transaction");
    let mut names: Vec<[u8; 16]> = (0..count).map(|_| rand::random()).collect();
    names.sort_unstable();
    let row = "INSERT INTO revoked (kind, name, spared, reason, before_ms, until_ms)
               VALUES (1, ?1, x'', 0, 0, ?2)";
    let mut insert = transaction.prepare(row).expect("the table");
    for name in names {
        insert
            .execute(params![name, until.as_millisecond()])
            .expect("a row");
    }
    drop(insert);
    transaction.commit().expect("written");
}

/// Puts ended sessions into the stream, without the application.
async fn fill_stream(redis: &RedisServer, count: usize, until: Timestamp) {
    let client = redis::Client::open(redis.url()).expect("an address");
    let mut connection = client
        .get_multiplexed_async_connection()
        .await
        .expect("Redis");
    for _ in 0..count / 5_000 {
        let mut commands = redis::pipe();
        for _ in 0..5_000 {
            let (times, name) = ([0, until.as_millisecond()], rand::random::<[u8; 16]>());
            let times = times.map(i64::to_be_bytes).concat();
            let entry = [&[1, 0][..], &times, &name].concat();
            let add = commands.cmd("XADD").arg(STREAM).arg("*");
            add.arg("1").arg(entry).ignore();
        }
        let written: Result<(), _> = commands.query_async(&mut connection).await;
        written.expect("written");
    }
}

/// The time of one question, of many.
fn a_question(list: &RevocationList) -> Duration {
    let (session, began) = (session_of("ada", "sid", Timestamp::now()), Instant::now());
    let asked = 200_000;
    for _ in 0..asked {
        assert!(!is_ended(list, "nobody's", &session));
    }
    began.elapsed() / asked
}

#[tokio::test]
#[ignore = "a measurement"]
async fn millions_in_a_file_are_read_in_seconds_and_swept_without_a_pause() {
    for millions in [1, 3] {
        let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
        let empty = in_sqlite(folder.path(), &clock).await;
        let question = a_question(&empty);
        drop(empty);
        fill_file(folder.path(), millions * MILLION, clock.now() + HOUR);
        let (before, began) = (resident(), Instant::now());
        let list = in_sqlite(folder.path(), &clock).await;
        let (took, grown) = (began.elapsed(), resident().saturating_sub(before));
        println!(
            "file, {millions} M: {took:?}, {} MB, a question {:?} (empty: {question:?})",
            grown / MILLION,
            a_question(&list)
        );
        assert!(took < Duration::from_secs(3));
        assert!(grown <= 80 * millions * MILLION);

        clock.advance(HOUR * 2);
        let mut longest = Duration::ZERO;
        for number in 0..2_000 {
            let began = Instant::now();
            end(&list, &clock, session(&format!("{number}"))).await;
            longest = longest.max(began.elapsed());
        }
        println!("file, {millions} M: the longest write of a sweep {longest:?}");
        assert!(longest < PAUSE);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn millions_in_redis_are_read_in_seconds_and_again_without_a_pause() {
    for millions in [1, 3] {
        let (redis, clock) = (
            RedisServer::start_with(&["--appendonly", "no"]).await,
            Clock::default(),
        );
        fill_stream(&redis, millions * MILLION, clock.now() + HOUR).await;
        let (before, began) = (resident(), Instant::now());
        let list = in_redis(&redis, &clock).await;
        let (took, grown) = (began.elapsed(), resident().saturating_sub(before));
        println!(
            "Redis, {millions} M: {took:?}, {} MB, a question {:?}",
            grown / MILLION,
            a_question(&list)
        );
        assert!(took < Duration::from_secs(3));
        assert!(grown <= 80 * millions * MILLION);

        // Entries of another node are read while the list is asked.
        let session = session_of("ada", "sid", Timestamp::now());
        let (asked, until) = (Instant::now(), clock.now() + HOUR);
        let asking = std::thread::spawn(move || {
            let mut longest = Duration::ZERO;
            while asked.elapsed() < Duration::from_secs(5) {
                let began = Instant::now();
                let _ = is_listed(&list, "nobody's", &session);
                longest = longest.max(began.elapsed());
            }
            longest
        });
        fill_stream(&redis, MILLION / 5, until).await;
        let longest = tokio::task::spawn_blocking(|| asking.join()).await;
        let longest = longest.expect("a thread").expect("no panic");
        println!("Redis, {millions} M: the longest question while reading on {longest:?}");
        assert!(longest < PAUSE);
    }
}
