//! Rights that a node needs in Redis, and the ways to name one.

use reqwest::Method;
use tempfile::TempDir;

use super::redis_connection::{is_refused, start};
use crate::harness::{process::free_port, redis_server::RedisServer, test_app::TestApp};

const OPERATIONS: &str = include_str!("../../../../docs/operations.md");

/// Each store with this Redis: sign in, refresh tokens, list and end sessions, sign out.
async fn assert_works(url: &str) {
    for store in ["cookie", "redis"] {
        let settings = [
            // Tokens are refreshed at once.
            "--token-expiration-buffer=2h".to_owned(),
            format!("--redis-url={url}"),
            format!("--session-store={store}"),
            "--session-secrets=a secret that is long enough for a test".to_owned(),
        ];
        let settings = settings.each_ref().map(String::as_str);
        let app = TestApp::with(&settings).await;
        let browser = app.signed_in().await;
        let other = app.signed_in().await;
        for path in ["/api/session", "/api/profile", "/readyz"] {
            let answer = browser.fetch(path).await;
            assert_eq!(answer.status, 200, "{store} {path}: {}", answer.body);
        }
        let request = other.request(Method::DELETE, "/api/sessions?scope=all");
        let request = request.header("sec-fetch-site", "same-origin");
        let ended = other.send(request).await;
        assert_eq!(ended.status, 204, "{store}: {}", ended.body);
        assert_eq!(browser.fetch("/api/session").await.status, 401, "{store}");
        let browser = app.signed_in().await;
        browser.submit("/api/auth/logout").await;
        assert_eq!(browser.fetch("/api/session").await.status, 401, "{store}");
    }
}

#[tokio::test]
async fn a_user_without_dangerous_and_admin_commands_suffices() {
    let redis = RedisServer::start().await;
    let rights = "ACL SETUSER app on >canary ~* &* +@all -@dangerous -@admin";
    let words: Vec<_> = rights.split(' ').collect();
    assert_eq!(redis.command(&words).await, "OK");
    assert_works(&format!("redis://app:canary@127.0.0.1:{}", redis.port())).await;
}

#[tokio::test]
async fn a_user_with_the_documented_rights_suffices() {
    let redis = RedisServer::start().await;
    let (_, rights) = OPERATIONS.split_once("```text\nACL SETUSER ").expect("it");
    let (rights, _) = rights.split_once("\n```").expect("its end");
    let words = ["ACL", "SETUSER"]
        .into_iter()
        .chain(rights.split_whitespace());
    let words: Vec<_> = words.collect();
    assert_eq!(redis.command(&words).await, "OK", "{words:?}");
    let password = words.iter().find_map(|word| word.strip_prefix('>'));
    let password = password.expect("a password");
    assert_works(&format!(
        "redis://app:{password}@127.0.0.1:{}",
        redis.port()
    ))
    .await;
}

#[tokio::test]
async fn a_redis_is_reached_by_its_unix_socket() {
    let folder = TempDir::new().expect("a folder");
    let socket = folder.path().join("redis.sock").display().to_string();
    let _redis = RedisServer::start_with(&["--unixsocket", &socket]).await;
    assert_works(&format!("unix://{socket}")).await;
}

#[tokio::test]
async fn a_redis_that_cannot_be_used_is_named_once_with_its_address() {
    let port = free_port();
    let redis = RedisServer::start_with(&["--requirepass", "other"]).await;
    for (url, address) in [
        (
            format!("redis://user:canary@127.0.0.1:{port}"),
            format!("127.0.0.1:{port}"),
        ),
        (
            format!("redis://:canary@127.0.0.1:{}", redis.port()),
            format!("127.0.0.1:{}", redis.port()),
        ),
        (
            format!("redis://127.0.0.1:{port},redis://:canary@localhost:{port}"),
            format!("127.0.0.1:{port}, localhost:{port}"),
        ),
        (
            "unix:///none/redis.sock?pass=canary".to_owned(),
            "/none/redis.sock".to_owned(),
        ),
    ] {
        let output = is_refused(start(&url, &[]), &address);
        let line = output.lines().find(|line| line.contains("cannot start"));
        let line = line.expect("the reason");
        for text in ["REDIS_URL", "os error", &address] {
            assert!(line.matches(text).count() <= 1, "{text}: {line}");
        }
        assert!(
            line.contains("REDIS_URL") && line.contains(&address),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_redis_that_stops_answering_is_named_with_its_address() {
    let mut redis = RedisServer::start().await;
    let url = format!("redis://default:canary@127.0.0.1:{}", redis.port());
    redis
        .command(&["CONFIG", "SET", "requirepass", "canary"])
        .await;
    let mut process = start(&url, &[]);
    process.wait_for("listening on");
    redis.kill();
    process.wait_for("Redis does not answer");
    let output = process.kill();
    let line = output
        .lines()
        .find(|line| line.contains("Redis does not answer"));
    let line = line.expect("the line");
    assert!(
        line.contains(&format!("127.0.0.1:{}", redis.port())),
        "{line}"
    );
    assert!(!output.contains("canary"), "{output}");
}
