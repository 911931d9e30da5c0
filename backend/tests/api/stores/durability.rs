//! Server-side stores against crashes and full disks: what was acknowledged stays, what was ended
//! stays ended.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use storage::{Clock, pseudonym};
use tempfile::TempDir;

use crate::harness::{
    browser::{Browser, percent_decoded},
    process::{Process, free_port},
    provider::Provider,
    redis_server::RedisServer,
    test_app::callback_path,
};

type Cookies = BTreeMap<String, String>;

/// The sessions whose beginning, and whose end, was acknowledged.
#[derive(Default)]
struct Acknowledged {
    alive: Vec<Cookies>,
    ended: Vec<Cookies>,
}

fn start(provider: &Provider, data: &TempDir, port: u16, store: &[(&str, &str)]) -> Process {
    let environment = [
        ("PORT", port.to_string()),
        ("PUBLIC_URL", format!("http://127.0.0.1:{port}")),
        ("APPLICATION_VANITY_DOMAIN", provider.host()),
        ("DATA_DIR", data.path().display().to_string()),
        ("SESSION_MAX_PER_USER", "1000000".to_owned()),
    ];
    let environment: Vec<_> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let mut process = Process::start(&[&environment, store].concat(), &[]);
    process.wait_for("listening on");
    process
}

const SQLITE: &[(&str, &str)] = &[("SESSION_STORE", "sqlite")];

/// Signs in and out as fast as it goes, until the process is gone; counts the ends that were
/// acknowledged.
async fn work(origin: &str, number: usize, ends: &AtomicUsize) -> Acknowledged {
    let mut acknowledged = Acknowledged::default();
    for round in number.. {
        let browser = Browser::new(origin);
        let Some(login) = browser.try_open("/api/auth/login?tenant_name=acme").await else {
            break;
        };
        let Some(answer) = browser.try_open(&callback_path(&login)).await else {
            break;
        };
        assert_eq!(answer.location(), "/");
        let cookies = browser.cookies();
        if round % 2 == 0 {
            acknowledged.alive.push(cookies);
            continue;
        }
        let Some(answer) = browser.try_open("/api/auth/logout").await else {
            break;
        };
        assert!(
            answer.location().contains("/api/v1/logout"),
            "{}",
            answer.location()
        );
        acknowledged.ended.push(cookies);
        ends.fetch_add(1, Ordering::Relaxed);
    }
    acknowledged
}

#[tokio::test]
async fn kill_9_at_any_moment_loses_no_session_and_brings_none_back() {
    is_killed_again_and_again(SQLITE).await;
}

#[tokio::test]
async fn kill_9_of_a_node_on_redis_loses_no_session_and_brings_none_back() {
    let redis = RedisServer::start().await;
    let secrets = ("SESSION_SECRETS", "a secret that is long enough for a test");
    is_killed_again_and_again(&[
        ("SESSION_STORE", "redis"),
        ("REDIS_URL", &redis.url()),
        secrets,
    ])
    .await;
}

async fn is_killed_again_and_again(store: &[(&str, &str)]) {
    let (provider, data) = (
        Provider::start(Clock::default()).await,
        TempDir::new().expect("a folder"),
    );
    let port = free_port();
    let origin = format!("http://127.0.0.1:{port}");
    let (mut alive, mut ended) = (0, 0);
    for round in 0..20 {
        let process = start(&provider, &data, port, store);
        let ends = AtomicUsize::new(0);
        let workers = join_all((0..8).map(|number| work(&origin, number, &ends)));
        let killing = async {
            // Another moment each time, in the middle of its work, however fast that goes.
            while ends.load(Ordering::Relaxed) < 5 + round % 7 {
                tokio::task::yield_now().await;
            }
            process.kill();
        };
        let (acknowledged, ()) = futures_util::future::join(workers, killing).await;

        let process = start(&provider, &data, port, store);
        let copy = Browser::new(&origin);
        for cookies in acknowledged.iter().flat_map(|worker| &worker.alive) {
            copy.set_cookies(cookies.clone());
            assert_eq!(
                copy.fetch("/api/session").await.status,
                200,
                "round {round}: an acknowledged session is lost"
            );
            alive += 1;
        }
        list_names_them(&copy, &acknowledged).await;
        for cookies in acknowledged.iter().flat_map(|worker| &worker.ended) {
            copy.set_cookies(cookies.clone());
            assert_eq!(
                copy.fetch("/api/session").await.status,
                401,
                "round {round}: an ended session came back"
            );
            ended += 1;
        }
        process.kill();
    }
    assert!(
        alive > 20 && ended >= 100,
        "there was something to lose: {alive} sessions, {ended} ends"
    );
}

/// The user's list of sessions has every one that is alive, and none that has ended.
async fn list_names_them(browser: &Browser, acknowledged: &[Acknowledged]) {
    let Some(cookies) = acknowledged.iter().find_map(|worker| worker.alive.first()) else {
        return;
    };
    browser.set_cookies(cookies.clone());
    let list = browser.fetch("/api/sessions").await.json();
    let listed: BTreeSet<_> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["handle"].to_string())
        .collect();
    let handle = |cookies: &Cookies| {
        // Behind the signature: version, random part, tag.
        let id = percent_decoded(&cookies["__Host-Http-session"])[44..].to_owned();
        let random = id.split('.').nth(1).expect("three parts");
        serde_json::json!(pseudonym(random)).to_string()
    };
    for worker in acknowledged {
        assert!(
            worker
                .alive
                .iter()
                .all(|cookies| listed.contains(&handle(cookies))),
            "one is missing in the list"
        );
        assert!(
            !worker
                .ended
                .iter()
                .any(|cookies| listed.contains(&handle(cookies))),
            "one has ended"
        );
    }
}

#[tokio::test]
async fn a_full_disk_is_503_and_no_session_is_lost() {
    let (provider, data) = (
        Provider::start(Clock::default()).await,
        TempDir::new().expect("a folder"),
    );
    let port = free_port();
    let origin = format!("http://127.0.0.1:{port}");
    // No file may grow beyond this: to SQLite the same as a disk that is full.
    let process = Process::with_file_limit(
        6_000,
        &[
            ("PORT", &port.to_string()),
            ("PUBLIC_URL", &origin),
            ("APPLICATION_VANITY_DOMAIN", &provider.host()),
            ("DATA_DIR", &data.path().display().to_string()),
            ("SESSION_STORE", "sqlite"),
            ("SESSION_MAX_PER_USER", "1000000"),
        ],
    );
    let mut alive = Vec::new();
    let refused = loop {
        let browser = Browser::new(&origin);
        let login = browser.open("/api/auth/login?tenant_name=acme").await;
        let answer = browser.open(&callback_path(&login)).await;
        if answer.location() != "/" {
            break answer;
        }
        alive.push(browser);
        assert!(alive.len() < 5_000, "the disk was never full");
    };
    assert_eq!(
        refused.login_error().as_deref(),
        Some("session_store_unavailable")
    );
    assert!(alive.len() > 20, "{}", alive.len());
    for browser in &alive {
        assert_eq!(browser.fetch("/api/session").await.status, 200);
    }
    process.kill();

    let process = start(&provider, &data, port, SQLITE);
    for cookies in alive.iter().map(Browser::cookies) {
        let browser = Browser::new(&origin);
        browser.set_cookies(cookies);
        assert_eq!(
            browser.fetch("/api/session").await.status,
            200,
            "and none after a restart"
        );
    }
    process.kill();
}
