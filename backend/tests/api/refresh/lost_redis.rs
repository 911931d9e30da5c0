//! Redis is killed right after the provider rotated, and comes back with what it kept, or empty:
//! the token that was spent is not sent again, whichever node is asked, however soon.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};

use crate::harness::{
    browser::Browser,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

const HOUR: Duration = Duration::from_secs(3600);
const SESSIONS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(30);
/// After this neither the lease nor the note that a token may be spent is left.
const LONGER_THAN_ANY_NOTE: Duration = Duration::from_secs(6);

async fn is_killed(store: &str, arguments: &[&str], down: Duration) {
    let mut redis = RedisServer::start_with(arguments).await;
    let url = format!("--redis-url={}", redis.url());
    let (store, long) = (
        format!("--session-store={store}"),
        "--session-idle-timeout=12h",
    );
    let holder = TestApp::with(&[&store, &url, SECRETS, long]).await;
    let other = holder.another_node(&[]).await;
    let browsers = join_all((0..SESSIONS).map(|_| holder.signed_in())).await;
    let elsewhere: Vec<_> = browsers.iter().map(|one| other.copy_of(one)).collect();
    holder.clock.advance(HOUR);
    holder.provider.script(|script| {
        script.token_delay = Duration::from_millis(400);
        script.detects_reuse = true;
    });
    let killing = async {
        let sent = 2 * SESSIONS;
        holder.provider.await_posts("/oauth2/token", sent).await;
        redis.kill();
    };
    let refreshing = join_all(browsers.iter().map(|browser| browser.fetch("/api/profile")));
    let (answers, ()) = join(refreshing, killing).await;
    assert!(
        answers.iter().all(|answer| answer.status == 503),
        "it was killed too late"
    );
    let coming_back = async {
        tokio::time::sleep(down).await;
        redis.restart().await;
    };
    join(join_all(elsewhere.iter().map(is_back)), coming_back).await;
    let mut sent = holder.provider.refreshed_with().await;
    assert_eq!(sent.len(), SESSIONS, "one was sent again: {sent:?}");
    holder.clock.advance(HOUR);
    join_all(elsewhere.iter().map(is_back)).await;
    sent = holder.provider.refreshed_with().await;
    assert_eq!(sent.len(), 2 * SESSIONS, "the kept ones are used: {sent:?}");
    let all = sent.len();
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), all, "each is used once");
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
