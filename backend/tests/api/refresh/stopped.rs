//! A process that is told to stop finishes the refreshes that nobody waits for, and all calls to
//! the provider.

use std::time::Duration;

use futures_util::future::join;

use super::nodes::LONG;
use crate::harness::{
    browser::Browser,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

const HOUR: Duration = Duration::from_secs(3600);
/// Longer than the last worker takes to end.
const SLOW: Duration = Duration::from_secs(4);

async fn keeps_its_new_tokens(settings: &[&str]) {
    let mut app = TestApp::with(&[settings, &[SECRETS, LONG]].concat()).await;
    let browser = app.signed_in().await;
    app.provider.script(|script| {
        script.token_delay = SLOW;
        script.detects_reuse = true;
    });
    app.clock.advance(HOUR - Duration::from_secs(30));
    assert_eq!(
        browser.fetch("/api/session").await.status,
        200,
        "answered while the tokens are refreshed"
    );
    app.provider.await_posts("/oauth2/token", 2).await;

    app.restart_with(&[]).await;

    let browser = app.copy_of(&browser);
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    assert_eq!(app.provider.refreshes().await, 1);
}

#[tokio::test]
async fn tokens_that_arrive_while_the_process_stops_are_kept_in_sqlite() {
    keeps_its_new_tokens(&["--session-store=sqlite"]).await;
}

#[tokio::test]
async fn tokens_that_arrive_while_the_process_stops_are_kept_in_redis() {
    for store in ["--session-store=redis", "--session-store=cookie"] {
        let redis = RedisServer::start().await;
        keeps_its_new_tokens(&[store, &format!("--redis-url={}", redis.url())]).await;
    }
}

#[tokio::test]
async fn a_call_to_the_provider_is_not_cut_off_when_another_worker_ends() {
    let mut app = TestApp::with(&["--workers=2"]).await;
    // Connections are given to the workers in turn. The one to the provider is made at sign-in.
    let (first, second) = (Browser::new(&app.origin), Browser::new(&app.origin));
    app.sign_in(&first).await;
    second.set_cookies(first.cookies());
    app.provider
        .script(|script| script.slow_userinfo = Some(("access-", SLOW)));
    let stopping = async {
        app.provider.await_calls("/oauth2/userinfo", 2).await;
        drop(first);
        app.restart_with(&[]).await;
    };
    let (answer, ()) = join(second.fetch("/api/profile"), stopping).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}
