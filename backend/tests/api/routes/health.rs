//! `/healthz`, `/readyz`, `/metrics`, and how the process stops.

use std::time::{Duration, Instant};

use futures_util::future::join;
use sessions::StoreKind;
use storage::Clock;

use crate::harness::{
    REAL_STORE_TIMEOUT,
    browser::Browser,
    process::Process,
    provider::Provider,
    test_app::{TestApp, callback_path},
};

/// Tokens are refreshed when they have expired, not before.
const PROMPT: &[(&str, &str)] = &[("TOKEN_EXPIRATION_BUFFER", "0s")];

/// Until a store that hangs is noticed, or its return, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

async fn sign_in(browser: &Browser) {
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    assert_eq!(browser.open(&callback_path(&login)).await.location(), "/");
}

#[tokio::test]
async fn readiness_follows_the_store_and_only_tells_of_the_provider() {
    let app = TestApp::on(StoreKind::Redis, &[REAL_STORE_TIMEOUT]).await;
    let watcher = app.browser();
    let ready = watcher.fetch("/readyz").await;
    assert_eq!(ready.status, 200, "{}", ready.body);
    assert_eq!(ready.json()["sessionStore"], "available");
    assert_eq!(ready.json()["identityProvider"], "available");

    let redis = app.redis.as_ref().expect("its own");
    redis.hang();
    let began = Instant::now();
    while watcher.fetch("/readyz").await.status != 503 {
        assert!(began.elapsed() < PATIENCE, "still ready without its store");
    }
    assert_eq!(
        watcher.fetch("/healthz").await.status,
        200,
        "alive all the same"
    );
    redis.go_on();
    let began = Instant::now();
    while watcher.fetch("/readyz").await.status != 200 {
        assert!(began.elapsed() < PATIENCE, "not ready again");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_no_reason_to_send_requests_elsewhere() {
    let app = TestApp::start().await;
    app.provider
        .instead("GET", "/oauth2/jwks", wiremock::ResponseTemplate::new(500))
        .await;
    let ready = app.browser().fetch("/readyz").await;
    assert_eq!(ready.status, 200);
    assert_eq!(ready.json()["identityProvider"], "unavailable");
}

#[tokio::test]
async fn metrics_count_refreshes_and_hold_no_token_and_no_id() {
    let provider = Provider::start(Clock::default()).await;
    provider.script(|script| script.access_token_lifetime = 1);
    let (origin, _process) = Process::serving(&provider, PROMPT);
    let browser = Browser::new(&origin);
    let metrics = async || browser.fetch("/metrics").await.body;
    assert!(
        metrics()
            .await
            .contains("session_refreshes_total{outcome=\"renewed\"} 0"),
        "0 before the first"
    );
    sign_in(&browser).await;
    let old = browser.cookies();
    tokio::time::sleep(Duration::from_millis(1_100)).await; // the token's lifetime
    provider.script(|script| script.access_token_lifetime = 3600);
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    let counted = metrics().await;
    for line in [
        "session_refreshes_total{outcome=\"renewed\"} 1",
        "session_refreshes_total{outcome=\"refused\"} 0",
        "session_refresh_lease_waits_total 0",
        "session_writes_lost_total 0",
        "session_store_failures_total 0",
        "sessions_begun_total 1",
    ] {
        assert!(counted.contains(line), "{line} is not in\n{counted}");
    }
    let handle =
        browser.fetch("/api/session").await.json()["metadata"]["session"]["handle"].clone();
    let secrets = old.into_values().chain(browser.cookies().into_values());
    for secret in secrets
        .chain(["access-", "refresh-", "ada", handle.as_str().expect("text")].map(str::to_owned))
    {
        assert!(!counted.contains(&secret), "{secret} is in the metrics");
    }
}

#[tokio::test]
async fn told_to_stop_it_is_no_longer_ready_and_finishes_what_it_has() {
    let provider = Provider::start(Clock::default()).await;
    let (origin, process) = Process::serving(&provider, PROMPT);
    let browser = Browser::new(&origin);
    sign_in(&browser).await;
    provider
        .script(|script| script.slow_userinfo = Some(("access-", Duration::from_millis(1_500))));
    let watcher = Browser::new(&origin);
    let stopping = async {
        provider.await_calls("/oauth2/userinfo", 2).await;
        process.terminate();
        let began = Instant::now();
        while watcher.fetch("/readyz").await.status != 503 {
            assert!(began.elapsed() < Duration::from_secs(1), "still ready");
        }
    };
    let (answer, ()) = join(browser.fetch("/api/profile"), stopping).await;
    assert_eq!(answer.status, 200, "not cut off: {}", answer.body);
    drop((browser, watcher));
    let (code, output) = process.ended();
    assert_eq!(code, Some(0), "{output}");
}
