//! A Redis that lost acknowledged writes brings no session back.

use std::time::{Duration, Instant};

use crate::harness::{
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

#[tokio::test]
async fn a_failover_does_not_undo_a_sign_out() {
    let mut redis = RedisServer::start_with(&["--appendonly", "no"]).await;
    let url = format!("--redis-url={}", redis.url());
    let app = TestApp::with(&["--session-store=redis", &url, SECRETS]).await;
    let other = app.another_node(&[]).await;
    let browser = app.signed_in().await;
    let replayed = other.copy_of(&browser);
    redis.command(&["SAVE"]).await;
    assert_eq!(browser.open("/api/auth/logout").await.status, 302);
    redis.restart().await;
    let began = Instant::now();
    loop {
        let answer = replayed.fetch("/api/session").await;
        assert_ne!(answer.status, 200, "signed in again");
        if answer.status == 401 {
            break;
        }
        let patience = Duration::from_secs(10);
        assert!(began.elapsed() < patience, "{}", answer.body);
    }
}
