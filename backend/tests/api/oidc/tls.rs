//! TLS to the provider: only a certificate for this host of an authority that was named is trusted.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivatePkcs8KeyDer},
};

use crate::harness::{
    browser::Browser,
    certificates::{Authority, Issued},
    process::{Process, free_port},
};

/// A provider with TLS, and what came to it.
struct Provider {
    issuer: String,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl Provider {
    async fn start(issued: Issued) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let provider = Self {
            issuer: format!("https://localhost:{port}"),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let key = PrivatePkcs8KeyDer::from(issued.key.serialize_der());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![issued.certificate.der().clone()], key.into());
        let acceptor = TlsAcceptor::from(Arc::new(config.expect("a configuration")));
        let answer = answer(&provider.issuer);
        let (connections, requests) = (provider.connections.clone(), provider.requests.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let mut request = [0; 4096];
                if matches!(stream.read(&mut request).await, Ok(read) if read > 0) {
                    requests.fetch_add(1, Ordering::SeqCst);
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                }
            }
        });
        provider
    }

    /// The response of `/readyz` of an application that trusts this authority.
    async fn seen_with(&self, authority: Option<&str>) -> Value {
        let port = free_port().to_string();
        let mut environment = vec![
            ("PORT", port.as_str()),
            ("OIDC_ISSUER", &self.issuer),
            ("CLIENT_ID", "client"),
            ("CLIENT_SECRET", "secret"),
        ];
        environment.extend(authority.map(|file| ("SSL_CERT_FILE", file)));
        let mut process = Process::start(&environment, &[]);
        process.wait_for("listening on");
        let browser = Browser::new(&format!("http://127.0.0.1:{port}"));
        browser.fetch("/readyz").await.json()["identityProvider"].clone()
    }
}

fn answer(issuer: &str) -> String {
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
    });
    let body = metadata.to_string();
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}

#[tokio::test]
async fn a_provider_is_trusted_by_a_named_authority_only_and_for_its_name_and_time() {
    let folder = TempDir::new().expect("a folder");
    let (ours, other) = (Authority::new(), Authority::new());
    let ours_named = ours.write(folder.path(), "ours.pem");
    let other_named = other.write(folder.path(), "other.pem");
    for (what, issued, named, trusted) in [
        ("named", ours.issue("localhost"), Some(&ours_named), true),
        ("not named", ours.issue("localhost"), None, false),
        (
            "another named",
            ours.issue("localhost"),
            Some(&other_named),
            false,
        ),
        (
            "for another host",
            ours.issue("login.example.com"),
            Some(&ours_named),
            false,
        ),
        (
            "expired",
            ours.issue_expired("localhost"),
            Some(&ours_named),
            false,
        ),
    ] {
        let provider = Provider::start(issued).await;
        let seen = provider.seen_with(named.map(String::as_str)).await;
        let expected = if trusted { "available" } else { "unavailable" };
        assert_eq!(seen, expected, "{what}");
        assert!(
            provider.connections.load(Ordering::SeqCst) > 0,
            "{what}: it was asked"
        );
        let told = provider.requests.load(Ordering::SeqCst) > 0;
        assert_eq!(told, trusted, "{what}: nothing is said to a stranger");
    }
}
