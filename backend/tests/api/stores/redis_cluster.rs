//! A Cluster of three masters and three replicas, of which a master dies under load.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use futures_util::future::{join, join_all};
use serde_json::json;

use crate::harness::{
    REAL_STORE_TIMEOUT,
    browser::{Answer, Browser},
    redis_cluster::RedisCluster,
    test_app::{SECRETS, TestApp},
};

const USERS: usize = 60;
/// Long enough for a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

async fn sign_in_as(app: &TestApp, user: &str) -> Browser {
    app.provider.script(|script| {
        script.id_token_claims = json!({ "sub": user });
        script.userinfo["sub"] = json!(user);
    });
    app.signed_in().await
}

/// Asks again and again who is signed in: the user of this browser, or a pause; never anybody else,
/// never nobody.
async fn keep_asking(browser: &Browser, user: &str, done: &Cell<bool>) -> usize {
    let mut pauses = 0;
    while !done.get() {
        let answer = browser.fetch("/api/session").await;
        if answer.status == 200 {
            assert_eq!(answer.json()["userId"], user);
        } else {
            answer.assert_problem(503, "session_store_unavailable");
            assert!(answer.set_cookies.is_empty());
            pauses += 1;
        }
    }
    pauses
}

#[tokio::test]
async fn a_master_that_dies_under_load_loses_no_session_and_nobody_gets_anothers() {
    let mut cluster = RedisCluster::start().await;
    let url = format!("--redis-url={}", cluster.url());
    let app = TestApp::with(&["--session-store=redis", &url, SECRETS]).await;
    let node = async || app.another_node(&[REAL_STORE_TIMEOUT]).await;
    let nodes = [node().await, node().await];
    let users: Vec<_> = (0..USERS).map(|number| format!("user-{number}")).collect();
    let mut browsers = Vec::new();
    for (number, user) in users.iter().enumerate() {
        let browser = sign_in_as(&app, user).await;
        browsers.push(nodes[number % 2].copy_of(&browser));
    }
    // Every answer is due to be written, so that the load is not only reading.
    app.clock.advance(Duration::from_secs(61));

    let done = Cell::new(false);
    let load = join_all(
        browsers
            .iter()
            .zip(&users)
            .map(|(browser, user)| keep_asking(browser, user, &done)),
    );
    let failing = async {
        cluster.kill(0);
        app.clock.advance(Duration::from_secs(61));
        cluster.healthy().await;
        app.clock.advance(Duration::from_secs(61));
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(3) {
            tokio::task::yield_now().await;
        }
        done.set(true);
    };
    let (pauses, ()) = join(load, failing).await;
    assert!(
        pauses.iter().sum::<usize>() > 0,
        "a third of the sessions had to wait for the failover"
    );

    for (browser, user) in browsers.iter().zip(&users) {
        let answer = once_it_answers(|| browser.fetch("/api/session")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["userId"], *user);
        let copy = app.copy_of(browser);
        let signed_out = once_it_answers(|| browser.open("/api/auth/logout")).await;
        assert_eq!(signed_out.status, 302);
        once_it_answers(|| copy.fetch("/api/session"))
            .await
            .assert_problem(401, "session_signed_out");
    }
}

/// The first answer that is not "ask again".
async fn once_it_answers(ask: impl AsyncFn() -> Answer) -> Answer {
    let began = Instant::now();
    loop {
        let answer = ask().await;
        if answer.status != 503 {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "the store is not back");
    }
}

#[tokio::test]
async fn one_address_of_a_cluster_is_enough() {
    let cluster = RedisCluster::start().await;
    let url = format!("--redis-url={}", cluster.servers[1].url());
    let app = TestApp::with(&["--session-store=redis", &url, SECRETS]).await;
    for _ in 0..10 {
        let browser = app.signed_in().await;
        assert_eq!(browser.fetch("/api/session").await.status, 200);
        browser.open("/api/auth/logout").await;
    }
}

#[tokio::test]
async fn a_node_starts_while_the_first_address_of_a_cluster_is_dead() {
    let mut cluster = RedisCluster::start().await;
    cluster.kill(0);
    cluster.healthy().await;

    let url = format!("--redis-url={}", cluster.url());
    let app = TestApp::with(&["--session-store=redis", &url, SECRETS]).await;
    let browser = app.signed_in().await;
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}
