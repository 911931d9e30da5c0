//! An application whose Redis can fail.

use std::time::{Duration, Instant};

use crate::harness::{
    REAL_STORE_TIMEOUT,
    browser::{Answer, Browser},
    link::Link,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

/// An answer takes a second at most, and what a busy machine needs on top.
const AT_ONCE: Duration = Duration::from_secs(6);
/// Longest use of values that were read before.
pub const STALE: Duration = Duration::from_secs(2);

/// A way for Redis to fail and to recover.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    Stopped,
    Hung,
    Cut,
    Slow,
}

pub struct Installation {
    pub redis: RedisServer,
    pub link: Link,
    pub app: TestApp,
}

impl Installation {
    pub async fn with(store: &str) -> Self {
        let redis = RedisServer::start().await;
        let link = Link::to(redis.port()).await;
        let settings = [
            &format!("--session-store={store}"),
            &format!("--redis-url={}", link.url()),
            SECRETS,
            REAL_STORE_TIMEOUT,
        ];
        let app = TestApp::with(&settings).await;
        Self { redis, link, app }
    }

    pub fn suffer(&mut self, fault: Fault) {
        match fault {
            Fault::Stopped => self.redis.kill(),
            Fault::Hung => self.redis.hang(),
            Fault::Cut => self.link.cut(),
            Fault::Slow => self.link.slow(Duration::from_millis(1_500)),
        }
    }

    pub async fn recover(&mut self, fault: Fault) {
        match fault {
            Fault::Stopped => self.redis.restart().await,
            Fault::Hung => self.redis.go_on(),
            Fault::Cut | Fault::Slow => self.link.mend(),
        }
    }
}

/// Asks, and notes that the answer came in time.
pub async fn ask(browser: &Browser, path: &str) -> Answer {
    let began = Instant::now();
    let answer = browser.fetch(path).await;
    assert!(began.elapsed() < AT_ONCE, "{path}: {:?}", began.elapsed());
    answer
}

/// 503, named, with the cookies as they were.
pub fn is_unavailable(answer: &Answer) {
    answer.assert_problem(503, "session_store_unavailable");
    assert!(answer.set_cookies.is_empty(), "{:?}", answer.set_cookies);
}
