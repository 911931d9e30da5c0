//! Rule 3 under fire: whatever runs against the end of a session, on whichever node, nothing brings
//! it back.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{
    StreamExt,
    future::{join_all, join3},
    stream,
};
use sessions::internal::Store;
use sessions::{EndReason, Handle, StoreKind, UserSession, stores::WriteOutcome};
use tokio::sync::watch;

use crate::harness::{
    browser::Browser,
    redis_server::RedisServer,
    stores::{a_session, handle, open_redis, open_sqlite},
    test_app::TestApp,
};

on_every_store! {
    sign_out_wins_over_requests_refreshes_and_new_sign_ins_at_the_same_time,
}

/// Races of one test; ASVS asks for "at once", chance asks for many.
const RACES: usize = 4_000;
/// Requests that race against one sign-out, and sign-outs: as many races in all.
const RACERS: usize = 40;
const ROUNDS: usize = RACES / RACERS;
/// Races at a time: their writes share commits.
const AT_ONCE: usize = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_races_in_one_process_resurrect_nothing_in_sqlite() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let store = open_sqlite(folder.path()).await;
    race_on([store.clone(), store.clone(), store]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_races_over_three_nodes_resurrect_nothing_in_redis() {
    let redis = RedisServer::start().await;
    race_on([
        open_redis(&redis.url()).await,
        open_redis(&redis.url()).await,
        open_redis(&redis.url()).await,
    ])
    .await;
}

async fn race_on(nodes: [Arc<Store>; 3]) {
    let (written, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    stream::iter(0..RACES)
        .for_each_concurrent(AT_ONCE, |number| {
            let (nodes, written, refused) = (&nodes, &written, &refused);
            async move {
                let node = |offset: usize| &nodes[(number + offset) % 3];
                let (handle, session) = (handle(&format!("race-{number}")), a_session_of(number));
                node(0).create(handle, &session).await.expect("created");
                let (updates, mut updated) = watch::channel(0);
                let ending = async {
                    // In the middle of it: after none to three updates, while others are under way.
                    let enough = updated.wait_for(|count| *count >= number % 4).await;
                    enough.expect("they are counted");
                    let reason = EndReason::SignedOut;
                    let ended = node(0).revoke_and_delete(handle, &session, reason).await;
                    ended.expect("ended");
                    let found = node(0).find(handle).await.expect("an answer");
                    assert!(found.is_none(), "alive where it was ended");
                };
                let updating = async |store: &Store| {
                    for _ in 0..8 {
                        let found = store.find(handle).await.expect("an answer");
                        let Some(found) = found else {
                            break;
                        };
                        let next = found.next_version();
                        match store.replace(handle, &next).await.expect("an answer") {
                            WriteOutcome::Written => {
                                updates.send_modify(|count| *count += 1);
                                written.fetch_add(1, Ordering::Relaxed)
                            }
                            WriteOutcome::Deleted => refused.fetch_add(1, Ordering::Relaxed),
                            WriteOutcome::Outdated => 0,
                        };
                    }
                };
                join3(ending, updating(node(1)), updating(node(2))).await;
                for store in nodes {
                    is_gone(store, handle).await;
                    let late = UserSession {
                        version: 2,
                        ..a_session()
                    };
                    let outcome = store.replace(handle, &late).await;
                    assert_eq!(outcome.expect("an answer"), WriteOutcome::Deleted);
                    let found = store.find(handle).await.expect("an answer");
                    assert!(found.is_none());
                }
            }
        })
        .await;
    let (written, refused) = (written.into_inner(), refused.into_inner());
    assert!(
        written >= RACES && refused >= RACES / 10,
        "they did race: {written} writes, {refused} came too late"
    );
}

/// Each its own user's: nobody's sessions give way.
fn a_session_of(number: usize) -> Arc<UserSession> {
    let mut session = a_session();
    session.user.id = format!("user-{number}");
    Arc::new(session)
}

/// Gone at once where it was ended; elsewhere as soon as the news is there, long before the 2 s of
/// a dead link.
async fn is_gone(store: &Store, handle: Handle) {
    let began = Instant::now();
    while store.find(handle).await.expect("an answer").is_some() {
        assert!(
            began.elapsed() < Duration::from_secs(1),
            "an ended session is still served"
        );
        tokio::task::yield_now().await;
    }
}

async fn sign_out_wins_over_requests_refreshes_and_new_sign_ins_at_the_same_time(store: StoreKind) {
    let app = TestApp::on(store, &["--session-idle-timeout=12h"]).await;
    let mut nodes = vec![];
    if store == StoreKind::Redis {
        nodes = vec![app.another_node(&[]).await, app.another_node(&[]).await];
    }
    let nodes: Vec<_> = [&app].into_iter().chain(&nodes).collect();
    for round in 0..ROUNDS {
        let node = |offset: usize| nodes[(round + offset) % nodes.len()];
        let browser = app.signed_in().await;
        // Every second round the tokens have expired, every third the activity is due.
        app.clock
            .advance(Duration::from_secs([61, 3600, 1][round % 3]));
        let (out, back) = (node(0).copy_of(&browser), node(1).copy_of(&browser));
        let racers: Vec<_> = (0..RACERS)
            .map(|number| node(number).copy_of(&browser))
            .collect();
        let requests = racers.iter().enumerate();
        let requests = requests
            .map(|(number, racer)| racer.fetch(["/api/session", "/api/profile"][number % 2]));
        let ending = async {
            pause(round % RACERS).await;
            out.open("/api/auth/logout").await
        };
        let (ended, _, ()) = join3(ending, join_all(requests), async {
            drop(node(1).sign_in(&back).await)
        })
        .await;
        assert_eq!(ended.status, 302);
        // Whatever cookies any of them came to hold: none is the session that was ended.
        let held: BTreeSet<_> = racers
            .iter()
            .chain([&browser])
            .map(Browser::cookies)
            .collect();
        for cookies in held.into_iter().filter(|cookies| !cookies.is_empty()) {
            for node in &nodes {
                answers_401(&node.browser().with_cookies(cookies.clone()), round).await;
            }
        }
        assert_eq!(
            back.fetch("/api/session").await.status,
            200,
            "the new session is another one"
        );
    }
}

/// So that the end falls into the middle of the requests, each time at another place.
async fn pause(steps: usize) {
    for _ in 0..steps {
        tokio::task::yield_now().await;
    }
}

async fn answers_401(browser: &Browser, round: usize) {
    let (began, cookies) = (Instant::now(), browser.cookies());
    loop {
        browser.set_cookies(cookies.clone());
        let answer = browser.fetch("/api/session").await;
        if answer.status == 401 {
            return;
        }
        // Another node hears of it a moment later.
        assert!(
            began.elapsed() < Duration::from_secs(1),
            "round {round}: {}",
            answer.status
        );
    }
}

#[tokio::test]
async fn many_ends_of_the_same_session_at_once_are_one_end() {
    let redis = RedisServer::start().await;
    let nodes = [
        open_redis(&redis.url()).await,
        open_redis(&redis.url()).await,
    ];
    let (handle, session) = (handle("ended often"), a_session_of(0));
    nodes[0].create(handle, &session).await.expect("created");
    let end = |n: usize| nodes[n % 2].revoke_and_delete(handle, &session, EndReason::SignedOut);
    let ends = join_all((0..100).map(end)).await;
    assert!(ends.into_iter().all(|end| end.is_ok()));
    is_gone(&nodes[0], handle).await;
    is_gone(&nodes[1], handle).await;
}
