//! The promise of all streams, a thousand times: nothing comes after the end of the session.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use storage::pseudonym;
use tokio::task::JoinHandle;

use super::{news::handle_of, reader::Reader};
use crate::{
    harness::{browser::Browser, test_app::TestApp},
    refresh::nodes::three_nodes,
};

/// Sessions, each with as many streams as there may be, over all nodes.
const SESSIONS: usize = 250;
const STREAMS: usize = 4;
/// After the end was acknowledged nothing comes later than this, though a busy machine ends a
/// thousand streams at once; `ends` shows how soon one ends.
const GRACE: Duration = Duration::from_secs(10);
/// So often every session is said to have been used, before and after its end.
const NOISE_EVERY: Duration = Duration::from_millis(250);

/// A session and those who read of it.
struct Followed {
    browser: Browser,
    notice: String,
    readers: Vec<JoinHandle<Read>>,
}

/// All that came, and when the last of it did and the stream was closed.
struct Read {
    events: Vec<Value>,
    heard: Instant,
    closed: Instant,
}

async fn read(mut page: Reader) -> Read {
    let (mut events, mut heard) = (Vec::new(), Instant::now());
    while let Some(event) = page.next().await {
        heard = Instant::now();
        events.push(event["type"].clone());
    }
    Read {
        events,
        heard,
        closed: Instant::now(),
    }
}

async fn follow(nodes: &[TestApp], number: usize) -> Followed {
    let app = &nodes[number % nodes.len()];
    let user = format!("user-{number}");
    app.provider.script(|script| {
        script.id_token_claims = json!({ "sub": user, "sid": user });
        script.userinfo["sub"] = json!(user);
    });
    let browser = app.signed_in().await;
    let mut readers = Vec::new();
    for stream in 0..STREAMS {
        let copy = nodes[(number + stream) % nodes.len()].copy_of(&browser);
        readers.push(tokio::spawn(read(Reader::open(&copy).await)));
    }
    let by = json!({ "request": "GET /", "node": "n", "at": app.clock.now() });
    let handle = handle_of(&browser).await;
    let notice = json!({ "handle": handle, "user": pseudonym(&user), "change": { "Used": by } });
    Followed {
        browser,
        notice: notice.to_string(),
        readers,
    }
}

/// Ends the session on another node, while its nodes go on to be told that it is used.
async fn end(nodes: &[TestApp], number: usize, followed: Followed) -> usize {
    let elsewhere = &nodes[(number + 1) % nodes.len()];
    let copy = elsewhere.copy_of(&followed.browser);
    let answer = copy.submit("/api/auth/logout").await;
    let acknowledged = Instant::now();
    assert_eq!(answer.status, 303, "{}", answer.body);
    let mut closed = 0;
    for reader in join_all(followed.readers).await {
        let read = reader.expect("it read to the end");
        assert_eq!(
            read.events.last(),
            Some(&json!("ended")),
            "{:?}",
            read.events
        );
        for at in [read.heard, read.closed] {
            let late = at.saturating_duration_since(acknowledged);
            assert!(late < GRACE, "{late:?} after the end");
        }
        closed += 1;
    }
    closed
}

async fn a_thousand_streams(store: &str) {
    let (redis, nodes) = three_nodes(store).await;
    let mut followed = Vec::new();
    for number in 0..SESSIONS {
        followed.push(follow(&nodes, number).await);
    }
    let notices: Vec<_> = followed.iter().map(|one| one.notice.clone()).collect();
    let url = redis.url();
    let noise = tokio::spawn(async move {
        let client = redis::Client::open(url).expect("a client");
        let patient = redis::AsyncConnectionConfig::new().set_response_timeout(None);
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&patient)
            .await
            .expect("Redis");
        loop {
            // Not faster than a reader on a busy machine reads.
            tokio::time::sleep(NOISE_EVERY).await;
            for notice in &notices {
                let mut publish = redis::cmd("PUBLISH");
                publish.arg("session-events").arg(notice);
                publish.exec_async(&mut connection).await.expect("told");
            }
        }
    });
    let ends = followed.into_iter().enumerate();
    let ends = ends.map(|(number, one)| end(&nodes, number, one));
    let closed: usize = join_all(ends).await.into_iter().sum();
    noise.abort();
    assert_eq!(closed, SESSIONS * STREAMS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_comes_after_the_end_a_thousand_times_with_sessions_in_redis() {
    a_thousand_streams("redis").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_comes_after_the_end_a_thousand_times_with_client_side_sessions() {
    a_thousand_streams("cookie").await;
}
