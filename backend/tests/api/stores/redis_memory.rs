//! Memory of sessions in Redis: its size, its lifetime, and a Redis whose memory is full.

use std::time::{Duration, Instant};

use sessions::StoreKind;

use crate::harness::{redis_server::RedisServer, test_app::TestApp};

/// The longest time that Redis keeps a session from now on.
async fn kept_for(redis: &RedisServer) -> Duration {
    let longest = "local longest = -1
         for _, key in ipairs(redis.call('KEYS', 'session:*')) do
             longest = math.max(longest, redis.call('PTTL', key))
         end
         return longest";
    let ms = redis.command(&["EVAL", longest, "0"]).await;
    Duration::from_millis(ms.parse().expect("a session that expires"))
}

#[tokio::test]
async fn redis_forgets_a_session_an_idle_timeout_after_its_end() {
    let idle = Duration::from_secs(600);
    let app = TestApp::on(StoreKind::Redis, &["--session-idle-timeout=10m"]).await;
    let redis = app.redis.as_ref().expect("its own");
    let browser = app.signed_in().await;
    assert!(kept_for(redis).await <= idle * 2);
    app.clock.advance(Duration::from_secs(300));
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    let kept = kept_for(redis).await;
    assert!(
        kept <= idle * 2 && kept > idle * 3 / 2,
        "used again: {kept:?}"
    );
}

#[tokio::test]
async fn with_its_memory_full_live_sessions_are_read_and_nobody_is_sent_here() {
    let app = TestApp::on(StoreKind::Redis, &[]).await;
    let redis = app.redis.as_ref().expect("its own");
    let browser = app.signed_in().await;
    redis
        .command(&["CONFIG", "SET", "maxmemory-policy", "noeviction"])
        .await;
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]).await;
    app.clock.advance(Duration::from_secs(61));
    for _ in 0..3 {
        let answer = browser.fetch("/api/session").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    becomes(&app, 503).await;
    let refused = app.sign_in(&app.browser()).await;
    assert_eq!(
        refused.login_error().as_deref(),
        Some("session_store_unavailable")
    );
    let not_out = browser.open("/api/auth/logout").await;
    assert_eq!(not_out.location(), "/signed-out?session=kept");
    assert_eq!(browser.fetch("/api/session").await.status, 200);

    redis.command(&["CONFIG", "SET", "maxmemory", "0"]).await;
    becomes(&app, 200).await;
    app.signed_in().await;
}

async fn becomes(app: &TestApp, status: u16) {
    let (watcher, began) = (app.browser(), Instant::now());
    while watcher.fetch("/readyz").await.status != status {
        assert!(began.elapsed() < Duration::from_secs(10), "not {status}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn readiness_that_is_asked_all_the_time_writes_once_a_second() {
    let app = TestApp::on(StoreKind::Redis, &[]).await;
    let redis = app.redis.as_ref().expect("its own");
    let (watcher, began) = (app.browser(), Instant::now());
    for _ in 0..200 {
        assert_eq!(watcher.fetch("/readyz").await.status, 200);
    }
    let most = began.elapsed().as_secs() + 1;
    let writes = redis.calls_of("set").await;
    assert!((1..=most).contains(&writes), "{writes} writes");
}
