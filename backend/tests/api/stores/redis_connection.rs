//! How the backend comes to its Redis: passwords, TLS, and refusals that name the variable.

use std::fs;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::harness::{
    process::{Process, free_port},
    redis_server::RedisServer,
};

const SECRETS: &str = "a secret that is long enough for a test";

fn start(redis_url: &str, more: &[(&str, &str)]) -> Process {
    let environment = [
        ("PORT", "0"),
        ("SESSION_STORE", "redis"),
        ("REDIS_URL", redis_url),
        ("SESSION_SECRETS", SECRETS),
    ];
    Process::start(&[&environment[..], more].concat(), &[])
}

fn is_refused(process: Process, reason: &str) {
    let (code, output) = process.ended();
    assert_eq!(code, Some(2), "{output}");
    assert!(output.contains(reason), "{output}");
    assert!(
        !output.contains("canary"),
        "the password stays out of it: {output}"
    );
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
async fn servers_that_are_no_cluster_are_refused_together() {
    let (one, other) = (RedisServer::start().await, RedisServer::start().await);
    let urls = format!("{},{}", one.url(), other.url());
    is_refused(start(&urls, &[]), "cluster support disabled");
}

#[tokio::test]
async fn tls_is_verified() {
    let folder = TempDir::new().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let authority_key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_certificate = authority
        .self_signed(&authority_key)
        .expect("a certificate");
    let key = KeyPair::generate().expect("a key");
    let server = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let certificate = server
        .signed_by(&key, &Issuer::new(authority, authority_key))
        .expect("a certificate");
    fs::write(file("ca.pem"), authority_certificate.pem()).expect("a file");
    fs::write(file("server.pem"), certificate.pem()).expect("a file");
    fs::write(file("server.key"), key.serialize_pem()).expect("a file");

    let port = free_port().to_string();
    let _redis = RedisServer::start_with(&[
        "--tls-port",
        &port,
        "--tls-auth-clients",
        "no",
        "--tls-cert-file",
        &file("server.pem"),
        "--tls-key-file",
        &file("server.key"),
        "--tls-ca-cert-file",
        &file("ca.pem"),
    ])
    .await;
    let url = format!("rediss://localhost:{port}");
    start(&url, &[("SSL_CERT_FILE", &file("ca.pem"))]).wait_for("listening on");
    is_refused(start(&url, &[]), "REDIS_URL");
    is_refused(
        start(
            &format!("rediss://127.0.0.1:{port}"),
            &[("SSL_CERT_FILE", &file("ca.pem"))],
        ),
        "REDIS_URL",
    );
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
