//! Redis is killed right after the provider rotated, and comes back with what it kept, or empty:
//! the token that was spent is not sent again, whichever node is asked, however soon.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};

use crate::harness::{
    REAL_STORE_TIMEOUT,
    browser::Browser,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

const HOUR: Duration = Duration::from_secs(3600);
const SESSIONS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(30);
/// After this neither the lease nor the note that a token may be spent is left.
const LONGER_THAN_ANY_NOTE: Duration = Duration::from_secs(6);

/// Two nodes on a Redis that was started with these arguments, and browsers whose tokens have
/// expired.
struct Installation {
    redis: RedisServer,
    holder: TestApp,
    /// As the holder and the other node see them.
    browsers: Vec<Browser>,
    elsewhere: Vec<Browser>,
    _other: TestApp,
}

impl Installation {
    async fn with(store: &str, arguments: &[&str], token_delay: Duration) -> Self {
        let redis = RedisServer::start_with(arguments).await;
        let url = format!("--redis-url={}", redis.url());
        let (store, long) = (
            format!("--session-store={store}"),
            "--session-idle-timeout=12h",
        );
        let holder = TestApp::with(&[&store, &url, SECRETS, long, REAL_STORE_TIMEOUT]).await;
        let other = holder.another_node(&[]).await;
        let browsers = join_all((0..SESSIONS).map(|_| holder.signed_in())).await;
        let elsewhere = browsers.iter().map(|one| other.copy_of(one)).collect();
        holder.clock.advance(HOUR);
        holder.provider.script(|script| {
            script.token_delay = token_delay;
            script.detects_reuse = true;
        });
        Self {
            redis,
            holder,
            browsers,
            elsewhere,
            _other: other,
        }
    }

    /// No token was sent twice, and the newest are used.
    async fn all_are_used_once(&self) {
        let mut sent = self.holder.provider.refreshed_with().await;
        assert_eq!(sent.len(), SESSIONS, "one was sent again: {sent:?}");
        self.holder.clock.advance(HOUR);
        join_all(self.elsewhere.iter().map(is_back)).await;
        sent = self.holder.provider.refreshed_with().await;
        assert_eq!(sent.len(), 2 * SESSIONS, "the kept ones are used: {sent:?}");
        let all = sent.len();
        sent.sort();
        sent.dedup();
        assert_eq!(sent.len(), all, "each is used once");
    }
}

async fn is_killed(store: &str, arguments: &[&str], down: Duration) {
    let delay = Duration::from_millis(400);
    let mut installation = Installation::with(store, arguments, delay).await;
    let (redis, provider) = (&mut installation.redis, &installation.holder.provider);
    let killing = async {
        provider.await_posts("/oauth2/token", 2 * SESSIONS).await;
        redis.kill();
    };
    let browsers = installation.browsers.iter();
    let refreshing = join_all(browsers.map(|browser| browser.fetch("/api/profile")));
    let (answers, ()) = join(refreshing, killing).await;
    assert!(
        answers.iter().all(|answer| answer.status == 503),
        "it was killed too late"
    );
    let coming_back = async {
        tokio::time::sleep(down).await;
        redis.restart().await;
    };
    let elsewhere = join_all(installation.elsewhere.iter().map(is_back));
    join(elsewhere, coming_back).await;
    installation.all_are_used_once().await;
}

/// Asks again and again, also while Redis is down.
async fn is_back(browser: &Browser) {
    let began = Instant::now();
    loop {
        let answer = browser.fetch("/api/profile").await;
        if answer.status == 200 {
            return;
        }
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(began.elapsed() < PATIENCE, "{}", answer.body);
    }
}

#[tokio::test]
async fn no_spent_token_is_sent_again_when_redis_comes_back_at_once() {
    is_killed("redis", &[], Duration::ZERO).await;
}

#[tokio::test]
async fn no_spent_token_is_sent_again_when_redis_comes_back_after_all_notes_expired() {
    is_killed("redis", &[], LONGER_THAN_ANY_NOTE).await;
}

#[tokio::test]
async fn no_spent_token_is_sent_again_when_redis_comes_back_client_side() {
    is_killed("cookie", &[], LONGER_THAN_ANY_NOTE).await;
}

#[tokio::test]
async fn no_spent_token_is_sent_again_when_redis_comes_back_empty_client_side() {
    is_killed("cookie", &["--appendonly", "no"], Duration::ZERO).await;
}

#[tokio::test]
async fn who_holds_a_lease_comes_first_when_redis_is_back_and_empty_before_the_answer() {
    let (empty, delay) = (&["--appendonly", "no"], Duration::from_secs(3));
    let mut installation = Installation::with("cookie", empty, delay).await;
    let (redis, provider) = (&mut installation.redis, &installation.holder.provider);
    let (browsers, elsewhere) = (&installation.browsers, &installation.elsewhere);
    let restarting = async {
        provider.await_posts("/oauth2/token", 2 * SESSIONS).await;
        redis.restart().await;
        join_all(elsewhere.iter().map(is_back)).await;
    };
    let refreshing = join_all(browsers.iter().map(|one| one.fetch("/api/profile")));
    join(refreshing, restarting).await;
    installation.all_are_used_once().await;
}
