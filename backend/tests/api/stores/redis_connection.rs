//! The connection to Redis: passwords, TLS, and refusals that name the variable.

use std::time::Duration;

use crate::harness::{
    link::Link,
    process::{Process, free_port},
    redis_server::RedisServer,
};

const SECRETS: &str = "a secret that is long enough for a test";

const REAL_STORE_TIMEOUT: &[(&str, &str)] = &[("STORE_TIMEOUT", "900ms")];

pub fn start(redis_url: &str, more: &[(&str, &str)]) -> Process {
    let environment = [
        ("PORT", "0"),
        ("SESSION_STORE", "redis"),
        ("REDIS_URL", redis_url),
        ("SESSION_SECRETS", SECRETS),
    ];
    Process::start(&[&environment[..], more].concat(), &[])
}

/// Returns the output of a process that was refused with this reason.
pub fn is_refused(process: Process, reason: &str) -> String {
    let (code, output) = process.ended();
    assert_eq!(code, Some(2), "{output}");
    assert!(output.contains(reason), "{output}");
    assert!(
        !output.contains("canary"),
        "the password stays out of it: {output}"
    );
    output
}

#[tokio::test]
async fn a_password_is_used_and_never_printed() {
    let redis = RedisServer::start_with(&["--requirepass", "canary"]).await;
    let with = |password: &str| format!("redis://:{password}@127.0.0.1:{}", redis.port());
    start(&with("canary"), &[]).wait_for("listening on");
    is_refused(start(&with("canary-wrong"), &[]), "REDIS_URL");
}

#[test]
fn a_redis_that_is_not_there_or_not_named_keeps_the_process_from_starting() {
    is_refused(
        start(&format!("redis://:canary@127.0.0.1:{}", free_port()), &[]),
        "REDIS_URL",
    );
    is_refused(
        start("canary.example:6379", &[]),
        "REDIS_URL must be redis://",
    );
}

#[tokio::test]
async fn a_redis_that_is_slow_at_the_start_is_asked_again() {
    let redis = RedisServer::start().await;
    let link = Link::to(redis.port()).await;
    // Longer than an attempt takes.
    link.slow(Duration::from_millis(1_500));
    let mut process = start(&link.url(), REAL_STORE_TIMEOUT);
    while link.asked("HELLO").len() < 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    link.mend();
    process.wait_for("listening on");
}

#[tokio::test]
async fn a_redis_that_never_answers_keeps_the_process_from_starting() {
    let redis = RedisServer::start().await;
    redis.hang();
    is_refused(start(&redis.url(), REAL_STORE_TIMEOUT), "REDIS_URL");
}

#[tokio::test]
async fn servers_that_are_no_cluster_are_refused_together() {
    let (one, other) = (RedisServer::start().await, RedisServer::start().await);
    let urls = format!("{},{}", one.url(), other.url());
    is_refused(start(&urls, &[]), "cluster support disabled");
}

#[test]
fn settings_that_contradict_each_other_are_refused_by_name() {
    let url = ("REDIS_URL", "redis://127.0.0.1:6379");
    let secrets = ("SESSION_SECRETS", SECRETS);
    for (environment, reason) in [
        (
            vec![("SESSION_STORE", "redis"), secrets],
            "REDIS_URL must be set for SESSION_STORE=redis",
        ),
        (
            vec![("SESSION_STORE", "sqlite"), url, secrets],
            "SESSION_STORE=sqlite is for one machine",
        ),
        (
            vec![("SESSION_STORE", "redis"), url],
            "SESSION_SECRETS must be set with REDIS_URL",
        ),
        (
            vec![("SESSION_STORE", "cookie"), url],
            "SESSION_SECRETS must be set with REDIS_URL",
        ),
        (vec![("SESSION_STORE", "memcached")], "SESSION_STORE"),
        (vec![("SESSION_MAX_PER_USER", "0")], "SESSION_MAX_PER_USER"),
    ] {
        is_refused(
            Process::start(&[&environment[..], &[("PORT", "0")]].concat(), &[]),
            reason,
        );
    }
}

#[tokio::test]
async fn the_log_says_whether_several_nodes_know_of_each_other() {
    const ALONE: &str = "several nodes need REDIS_URL";
    let mut alone = Process::start(&[("PORT", "0")], &[]);
    alone.wait_for("listening on");
    assert!(alone.kill().contains(ALONE));
    let redis = RedisServer::start().await;
    let mut one_of_several = start(&redis.url(), &[]);
    one_of_several.wait_for("listening on");
    assert!(!one_of_several.kill().contains(ALONE));
}
