//! TLS to Redis: only a certificate for this host of an authority that was named is trusted.

use tempfile::TempDir;

use super::redis_connection::{is_refused, start};
use crate::harness::{
    certificates::{Authority, Issued},
    process::free_port,
    redis_server::RedisServer,
};

/// Starts a Redis with this certificate: it, and its port for TLS.
async fn redis_with(issued: &Issued, folder: &TempDir) -> (RedisServer, String) {
    let port = free_port().to_string();
    let [certificate, key] = issued.write(folder.path());
    let redis = RedisServer::start_with(&[
        "--tls-port",
        &port,
        "--tls-auth-clients",
        "no",
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
    ])
    .await;
    (redis, port)
}

#[tokio::test]
async fn a_redis_is_trusted_by_a_named_authority_only_and_for_its_name_and_time() {
    let folder = TempDir::new().expect("a folder");
    let (ours, other) = (Authority::new(), Authority::new());
    let ours_named = ours.write(folder.path(), "ours.pem");
    let other_named = other.write(folder.path(), "other.pem");

    let (_redis, port) = redis_with(&ours.issue("localhost"), &folder).await;
    let url = format!("rediss://localhost:{port}");
    start(&url, &[("SSL_CERT_FILE", &ours_named)]).wait_for("listening on");
    is_refused(start(&url, &[]), "REDIS_URL");
    is_refused(start(&url, &[("SSL_CERT_FILE", &other_named)]), "REDIS_URL");
    let other_name = format!("rediss://127.0.0.1:{port}");
    let named = [("SSL_CERT_FILE", ours_named.as_str())];
    is_refused(start(&other_name, &named), "REDIS_URL");

    let (_redis, port) = redis_with(&ours.issue_expired("localhost"), &folder).await;
    let url = format!("rediss://localhost:{port}");
    is_refused(start(&url, &named), "REDIS_URL");
}
