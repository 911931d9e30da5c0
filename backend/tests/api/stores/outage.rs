//! A store that fails is no sign-out: 503 within a second, cookies untouched, the same session when
//! it is back.

use std::time::{Duration, Instant};

use tokio_rusqlite::rusqlite;

use crate::harness::{
    browser::{Answer, Browser},
    link::Link,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

/// Within a second, and what the machine needs on top.
const AT_ONCE: Duration = Duration::from_millis(1_200);
/// What was read before may be used for so long.
const STALE: Duration = Duration::from_secs(2);

/// How Redis can fail, and be well again.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Stopped,
    Hung,
    Cut,
    Slow,
}

struct Installation {
    redis: RedisServer,
    link: Link,
    app: TestApp,
}

impl Installation {
    async fn with(store: &str) -> Self {
        let redis = RedisServer::start().await;
        let link = Link::to(redis.port()).await;
        let settings = [
            &format!("--session-store={store}"),
            &format!("--redis-url={}", link.url()),
            SECRETS,
        ];
        let app = TestApp::with(&settings).await;
        Self { redis, link, app }
    }

    fn suffer(&mut self, fault: Fault) {
        match fault {
            Fault::Stopped => self.redis.kill(),
            Fault::Hung => self.redis.hang(),
            Fault::Cut => self.link.cut(),
            Fault::Slow => self.link.slow(Duration::from_millis(1_500)),
        }
    }

    async fn recover(&mut self, fault: Fault) {
        match fault {
            Fault::Stopped => self.redis.restart().await,
            Fault::Hung => self.redis.go_on(),
            Fault::Cut | Fault::Slow => self.link.mend(),
        }
    }
}

/// Asks, and notes that the answer came in time.
async fn ask(browser: &Browser, path: &str) -> Answer {
    let began = Instant::now();
    let answer = browser.fetch(path).await;
    assert!(began.elapsed() < AT_ONCE, "{path}: {:?}", began.elapsed());
    answer
}

/// 503, named, with the cookies as they were.
fn is_unavailable(answer: &Answer) {
    answer.assert_problem(503, "session_store_unavailable");
    assert!(answer.set_cookies.is_empty(), "{:?}", answer.set_cookies);
}

async fn is_waited_out(store: &str, fault: Fault) {
    let mut installation = Installation::with(store).await;
    let browser = installation.app.signed_in().await;
    let stranger = installation.app.browser();
    let session = browser.fetch("/api/session").await.json();

    let began = Instant::now();
    installation.suffer(fault);
    loop {
        let answer = ask(&browser, "/api/session").await;
        if answer.status != 200 {
            is_unavailable(&answer);
            break;
        }
        assert!(
            began.elapsed() < STALE,
            "{store} {fault:?}: still answered from memory"
        );
    }
    is_unavailable(&ask(&browser, "/api/profile").await);
    let signing_out = browser.open("/api/auth/logout").await;
    assert_eq!(
        signing_out.location(),
        "/signed-out?session=kept",
        "{store} {fault:?}"
    );
    let signing_in = installation.app.sign_in(&stranger).await;
    if store == "redis" {
        assert_eq!(
            signing_in.login_error().as_deref(),
            Some("session_store_unavailable"),
            "{store} {fault:?}"
        );
        assert!(stranger.session_cookies().is_empty());
    }

    installation.recover(fault).await;
    let began = Instant::now();
    let back = loop {
        let answer = ask(&browser, "/api/session").await;
        if answer.status == 200 {
            break answer.json();
        }
        is_unavailable(&answer);
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{store} {fault:?}: the session did not come back"
        );
    };
    assert_eq!(back, session, "{store} {fault:?}: the same session");
    assert!(
        browser
            .open("/api/auth/logout")
            .await
            .location()
            .contains("/api/v1/logout")
    );
}

macro_rules! outages {
    ($($name:ident: $store:literal $fault:ident;)*) => {
        $(#[tokio::test]
        async fn $name() {
            is_waited_out($store, Fault::$fault).await;
        })*
    };
}

outages! {
    a_redis_that_is_stopped_is_waited_out: "redis" Stopped;
    a_redis_that_hangs_is_waited_out: "redis" Hung;
    a_redis_that_cannot_be_reached_is_waited_out: "redis" Cut;
    a_redis_that_is_slow_is_waited_out: "redis" Slow;
    client_side_sessions_wait_out_a_revocation_list_that_is_stopped: "cookie" Stopped;
    client_side_sessions_wait_out_a_revocation_list_that_hangs: "cookie" Hung;
    client_side_sessions_wait_out_a_revocation_list_that_cannot_be_reached: "cookie" Cut;
    client_side_sessions_wait_out_a_revocation_list_that_is_slow: "cookie" Slow;
}

/// Ends a session on one node while the other's link is cut, and counts how long the other still
/// serves it.
async fn is_served_no_longer_than_two_seconds(store: &str) {
    let installation = Installation::with(store).await;
    let near = installation
        .app
        .another_node(&[&format!("--redis-url={}", installation.redis.url())])
        .await;
    let browser = installation.app.signed_in().await;
    let elsewhere = near.copy_of(&browser);
    assert_eq!(browser.fetch("/api/session").await.status, 200);

    installation.link.cut();
    assert!(
        elsewhere
            .open("/api/auth/logout")
            .await
            .location()
            .contains("/api/v1/logout")
    );
    let ended = Instant::now();
    let mut served = Duration::ZERO;
    while ended.elapsed() < STALE * 2 {
        let began = ended.elapsed();
        let replay = installation.app.copy_of(&browser);
        if ask(&replay, "/api/session").await.status == 200 {
            served = began;
        }
    }
    assert!(served < STALE, "{store}: served {served:?} after its end");
    installation.link.mend();
    let patience = Duration::from_secs(10);
    is_over_within(
        patience,
        &installation.app,
        &browser,
        "the end did not arrive",
    )
    .await;
}

/// Asks until the session is over.
async fn is_over_within(patience: Duration, app: &TestApp, browser: &Browser, otherwise: &str) {
    let began = Instant::now();
    while ask(&app.copy_of(browser), "/api/session").await.status != 401 {
        assert!(began.elapsed() < patience, "{otherwise}");
    }
}

#[tokio::test]
async fn a_node_that_is_cut_off_serves_an_ended_session_for_two_seconds_at_most() {
    is_served_no_longer_than_two_seconds("redis").await;
}

#[tokio::test]
async fn with_its_link_cut_a_node_trusts_its_revocation_list_for_two_seconds_at_most() {
    is_served_no_longer_than_two_seconds("cookie").await;
}

#[tokio::test]
async fn a_link_that_was_lost_for_a_moment_leaves_nothing_stale_behind() {
    let installation = Installation::with("redis").await;
    let near = installation
        .app
        .another_node(&[&format!("--redis-url={}", installation.redis.url())])
        .await;
    for _ in 0..10 {
        let browser = installation.app.signed_in().await;
        assert_eq!(browser.fetch("/api/session").await.status, 200);
        installation.link.drop_connections();
        assert_eq!(
            near.copy_of(&browser).open("/api/auth/logout").await.status,
            302
        );
        // Not even from memory: what was read over the lost connection is not used any more.
        let patience = Duration::from_secs(1);
        let otherwise = "an ended session is served from memory";
        is_over_within(patience, &installation.app, &browser, otherwise).await;
    }
}

#[tokio::test]
async fn a_locked_file_is_waited_out() {
    let app = TestApp::with(&["--session-store=sqlite"]).await;
    let (browser, stranger) = (app.signed_in().await, app.browser());
    let session = browser.fetch("/api/session").await.json();
    let other =
        rusqlite::Connection::open(app.data_dir().join("sessions.sqlite")).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");

    assert_eq!(
        ask(&browser, "/api/session").await.json(),
        session,
        "reading goes on"
    );
    app.clock.advance(Duration::from_secs(61));
    assert_eq!(
        ask(&browser, "/api/session").await.status,
        200,
        "that it was used is written later"
    );
    assert_eq!(
        browser.open("/api/auth/logout").await.location(),
        "/signed-out?session=kept"
    );
    assert_eq!(
        app.sign_in(&stranger).await.login_error().as_deref(),
        Some("session_store_unavailable")
    );

    other.execute_batch("COMMIT").expect("unlocked");
    let back = ask(&browser, "/api/session").await.json();
    assert_eq!(
        back["metadata"]["session"]["handle"], session["metadata"]["session"]["handle"],
        "the same session"
    );
    assert_eq!(app.sign_in(&stranger).await.location(), "/");
}
