//! Refresh on several nodes: one call to the provider for all of them, whatever becomes of the node
//! that makes it.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};

use crate::harness::{
    browser::Browser,
    process::Process,
    provider::Provider,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

const HOUR: Duration = Duration::from_secs(3600);
pub(super) const LONG: &str = "--session-idle-timeout=12h";
/// So that a test can ask for an access token alone.
pub(super) const WITH_TOKEN: &str = "--token-endpoint=on";

/// Three nodes on one Redis, and the Redis.
pub async fn three_nodes(store: &str) -> (RedisServer, Vec<TestApp>) {
    let redis = RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    let kind = format!("--session-store={store}");
    let first = TestApp::with(&[&kind, &url, SECRETS, LONG, WITH_TOKEN]).await;
    let others = [first.another_node(&[]).await, first.another_node(&[]).await];
    (redis, [first].into_iter().chain(others).collect())
}

/// Real processes, of which one is killed while the provider answers it.
struct Processes {
    _redis: RedisServer,
    provider: Provider,
    origins: Vec<String>,
    running: Vec<Process>,
}

impl Processes {
    async fn start(store: &str) -> Self {
        let (redis, provider) = (
            RedisServer::start().await,
            Provider::start(storage::Clock::default()).await,
        );
        provider.script(|script| script.access_token_lifetime = 1);
        let (mut origins, mut running) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let settings = [
                ("SESSION_STORE", store),
                ("REDIS_URL", &redis.url()),
                ("SESSION_SECRETS", "a secret that is long enough for a test"),
                ("TOKEN_EXPIRATION_BUFFER", "0s"),
            ];
            let (origin, process) = Process::serving(&provider, &settings);
            origins.push(origin);
            running.push(process);
        }
        Self {
            _redis: redis,
            provider,
            origins,
            running,
        }
    }

    async fn signed_in(&self) -> Browser {
        let browser = Browser::new(&self.origins[0]);
        let login = browser.open("/api/auth/login?tenant_name=acme").await;
        assert_eq!(
            browser
                .open(&crate::harness::test_app::callback_path(&login))
                .await
                .location(),
            "/"
        );
        browser
    }

    fn copy_at(&self, node: usize, browser: &Browser) -> Browser {
        let copy = Browser::new(&self.origins[node]);
        copy.set_cookies(browser.cookies());
        copy
    }
}

async fn the_holder_of_the_lease_is_killed(store: &str, reuse_is_detected: bool) {
    let mut nodes = Processes::start(store).await;
    let (browser, bystander) = (nodes.signed_in().await, nodes.signed_in().await);
    nodes.provider.script(|script| {
        script.token_delay = Duration::from_millis(1_500);
        script.detects_reuse = reuse_is_detected;
    });
    // Its lifetime of a second is over when a request says so: the provider is then asked.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let (first, second, third) = (
        nodes.copy_at(0, &browser),
        nodes.copy_at(1, &browser),
        nodes.copy_at(2, &browser),
    );
    let holder = nodes.running.remove(0);
    let killing = async {
        nodes.provider.await_calls("/oauth2/token", 3).await;
        holder.kill();
        nodes
            .provider
            .script(|script| script.access_token_lifetime = 3600);
        Instant::now()
    };
    let (_, killed) = join(first.try_open("/api/profile"), killing).await;
    let (one, other) = join(second.fetch("/api/profile"), third.fetch("/api/profile")).await;
    // Its lease, its note that the token is being spent, the call, and what three processes on two
    // cores take.
    assert!(
        killed.elapsed() < Duration::from_secs(20),
        "{:?}",
        killed.elapsed()
    );
    if reuse_is_detected {
        // The provider has seen its refresh token twice; nobody can heal that.
        for answer in [&one, &other] {
            answer.assert_problem(401, "session_refused");
        }
    } else {
        assert!(
            [&one, &other].iter().all(|answer| answer.status == 200),
            "{} {}",
            one.body,
            other.body
        );
    }
    let refreshes = nodes.provider.refreshed_with().await;
    assert_eq!(
        refreshes,
        ["refresh-1-", "refresh-1-"],
        "one more call, not one for each node"
    );

    nodes
        .provider
        .script(|script| script.token_delay = Duration::ZERO);
    let bystander = nodes.copy_at(1, &bystander);
    assert_eq!(
        bystander.fetch("/api/profile").await.status,
        200,
        "no other session is touched"
    );
    let logs: Vec<_> = nodes.running.drain(..).map(Process::kill).collect();
    let logged = logs
        .iter()
        .filter(|log| log.contains("session ended: the provider refused its refresh token"))
        .count();
    assert_eq!(logged, usize::from(reuse_is_detected), "{logs:?}");
}

#[tokio::test]
async fn when_the_node_that_refreshes_is_killed_another_takes_over() {
    the_holder_of_the_lease_is_killed("redis", false).await;
}

#[tokio::test]
async fn when_the_node_that_refreshes_is_killed_another_takes_over_client_side_too() {
    the_holder_of_the_lease_is_killed("cookie", false).await;
}

#[tokio::test]
async fn where_the_provider_detects_a_second_use_one_session_ends_with_a_line_in_the_log() {
    the_holder_of_the_lease_is_killed("redis", true).await;
}

#[tokio::test]
async fn cookies_from_before_a_refresh_work_on_every_node_while_they_could_be_held() {
    let (_redis, nodes) = three_nodes("cookie").await;
    let browser = nodes[0].signed_in().await;
    let old = nodes[1].copy_of(&browser);
    nodes[0].clock.advance(HOUR);
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    // The answer with the new cookies was lost, or an older one came after it.
    for node in &nodes {
        let old = node.copy_of(&old);
        assert_eq!(old.fetch("/api/profile").await.status, 200);
        assert_eq!(old.fetch("/api/session").await.status, 200);
    }
    assert_eq!(nodes[0].provider.refreshes().await, 1);
}

#[tokio::test]
async fn a_call_that_takes_longer_than_the_lease_is_still_one_call() {
    let (_redis, nodes) = three_nodes("redis").await;
    let browser = nodes[0].signed_in().await;
    nodes[0].clock.advance(HOUR);
    nodes[0].provider.script(|script| {
        script.token_delay = Duration::from_millis(3_500);
        script.detects_reuse = true;
    });
    let answers = join_all(
        nodes
            .iter()
            .map(|node| async { node.copy_of(&browser).fetch("/api/profile").await }),
    )
    .await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(nodes[0].provider.refreshes().await, 1);
}
