//! Proxies that the environment names: for a provider elsewhere, and never for one on this machine,
//! whose secrets travel in the open.

use std::sync::{Arc, Mutex};

use storage::Clock;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::harness::{
    browser::Browser,
    process::{Process, free_port},
    provider::Provider,
    test_app::callback_path,
};

const VARIABLES: [&str; 6] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// A proxy that notes what it is told, and refuses it.
struct Proxy {
    address: String,
    told: Arc<Mutex<String>>,
}

impl Proxy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let proxy = Self {
            address: format!("http://127.0.0.1:{port}"),
            told: Arc::default(),
        };
        let told = Arc::clone(&proxy.told);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 8192];
                let read = stream.read(&mut request).await.unwrap_or_default();
                let text = String::from_utf8_lossy(&request[..read]);
                told.lock().expect("what it was told").push_str(&text);
                let refusal = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n";
                let _ = stream.write_all(refusal.as_bytes()).await;
            }
        });
        proxy
    }

    /// The environment of a process that is told of it in every way.
    fn and<'a>(&'a self, settings: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let named = VARIABLES.map(|name| (name, self.address.as_str()));
        [&named, settings].concat()
    }

    fn told(&self) -> String {
        self.told.lock().expect("what it was told").clone()
    }
}

// The proxy has to answer while a test waits for a line of the log.
#[tokio::test(flavor = "multi_thread")]
async fn calls_to_a_provider_on_this_machine_never_pass_a_proxy() {
    let (proxy, provider) = (
        Proxy::start().await,
        Provider::start(Clock::default()).await,
    );
    let (origin, process) = Process::serving(&provider, &proxy.and(&[]));
    let browser = Browser::new(&origin);
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    assert_eq!(proxy.told(), "");
    let back = browser.open(&callback_path(&login)).await;
    assert_eq!(back.location(), "/");
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    browser.open("/api/auth/logout").await;
    provider.await_calls("/oauth2/revoke", 1).await;
    drop(process);

    for host in ["127.0.0.1", "[::1]", "127.1.2.3"] {
        let (port, address) = (free_port().to_string(), format!("{host}:{}", free_port()));
        let settings = [
            ("PORT", port.as_str()),
            ("APPLICATION_VANITY_DOMAIN", address.as_str()),
        ];
        let mut process = Process::start(&proxy.and(&settings), &[]);
        process.wait_for("does not answer");
    }
    assert_eq!(proxy.told(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_to_a_provider_elsewhere_pass_a_proxy_as_a_tunnel_only() {
    let (proxy, port) = (Proxy::start().await, free_port().to_string());
    let settings = [
        ("PORT", port.as_str()),
        ("OIDC_ISSUER", "https://login.invalid"),
        ("CLIENT_ID", "client"),
        ("CLIENT_SECRET", "canary-secret"),
    ];
    let mut process = Process::start(&proxy.and(&settings), &[]);
    process.wait_for("does not answer");
    let told = proxy.told();
    assert!(
        told.starts_with("CONNECT login.invalid:443 HTTP/1.1\r\n"),
        "{told}"
    );
    assert!(!told.contains("canary"), "{told}");
}
