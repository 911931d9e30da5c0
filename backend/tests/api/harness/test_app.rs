//! The application as production builds it, its provider and a clock that can be moved.

use std::{collections::BTreeMap, net::TcpListener, path::Path, sync::Arc};

use actix_web::dev::ServerHandle;
use backend::config::Config;
use clap::Parser;
use sessions::StoreKind;
use storage::Clock;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::harness::{
    browser::{Answer, Browser},
    provider::Provider,
    redis_server::RedisServer,
};

/// Shared by the nodes of one installation.
pub const SECRETS: &str = "--session-secrets=a secret that is long enough for a test";

pub struct TestApp {
    pub origin: String,
    pub provider: Arc<Provider>,
    pub clock: Clock,
    pub redis: Option<RedisServer>,
    /// Shared by its browsers: making connections takes longer than a request.
    connections: Browser,
    data: TempDir,
    server: Running,
    settings: Vec<String>,
}

struct Running {
    handle: ServerHandle,
    finished: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Stops it; what it held is free when this returns.
    async fn stop(&mut self) {
        self.handle.stop(true).await;
        let _ = (&mut self.finished).await;
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts with options of the command line, e.g. `["--cookie-budget=5000"]`.
    pub async fn with(settings: &[&str]) -> Self {
        Self::new(None, settings.iter().map(ToString::to_string).collect()).await
    }

    /// Starts with this store, for Redis with a server of its own.
    pub async fn on(store: StoreKind, settings: &[&str]) -> Self {
        let mut settings: Vec<_> = settings.iter().map(ToString::to_string).collect();
        let redis = match store {
            StoreKind::Cookie => None,
            StoreKind::Sqlite => {
                settings.push("--session-store=sqlite".to_owned());
                None
            }
            StoreKind::Redis => {
                let redis = RedisServer::start().await;
                settings.extend([
                    "--session-store=redis".to_owned(),
                    format!("--redis-url={}", redis.url()),
                ]);
                if !settings
                    .iter()
                    .any(|setting| setting.starts_with("--session-secrets"))
                {
                    settings.push(SECRETS.to_owned());
                }
                Some(redis)
            }
        };
        Self::new(redis, settings).await
    }

    async fn new(redis: Option<RedisServer>, settings: Vec<String>) -> Self {
        let clock = Clock::default();
        let (provider, data) = (
            Provider::start(clock.clone()).await,
            TempDir::new().expect("a folder"),
        );
        let (origin, server) = run(&provider, &data, &settings, &clock).await;
        let connections = Browser::new(&origin);
        Self {
            origin,
            provider: Arc::new(provider),
            clock,
            redis,
            connections,
            data,
            server,
            settings,
        }
    }

    /// Another node of the same installation: the same provider and shared store, another machine.
    pub async fn another_node(&self, settings: &[&str]) -> Self {
        let (clock, data) = (self.clock.clone(), TempDir::new().expect("a folder"));
        let settings = self.settings_and(settings);
        let (origin, server) = run(&self.provider, &data, &settings, &clock).await;
        let (provider, connections) = (Arc::clone(&self.provider), Browser::new(&origin));
        Self {
            origin,
            provider,
            clock,
            redis: None,
            connections,
            data,
            server,
            settings,
        }
    }

    /// Stops the application and starts it again on the same data, perhaps with other settings.
    pub async fn restart_with(&mut self, settings: &[&str]) {
        self.server.stop().await;
        self.settings = self.settings_and(settings);
        (self.origin, self.server) =
            run(&self.provider, &self.data, &self.settings, &self.clock).await;
        self.connections = Browser::new(&self.origin);
    }

    /// The settings it was started with, and these in the place of those with the same name.
    fn settings_and(&self, changes: &[&str]) -> Vec<String> {
        let name = |setting: &str| setting.split('=').next().map(str::to_owned);
        let kept = self
            .settings
            .iter()
            .filter(|one| !changes.iter().any(|other| name(other) == name(one)));
        kept.cloned()
            .chain(changes.iter().map(ToString::to_string))
            .collect()
    }

    /// The folder of this machine.
    pub fn data_dir(&self) -> &Path {
        self.data.path()
    }

    pub fn browser(&self) -> Browser {
        self.connections.with_cookies(BTreeMap::new())
    }

    /// A browser with the same cookies, as whoever copied them would have; after a restart, the
    /// same browser again.
    pub fn copy_of(&self, browser: &Browser) -> Browser {
        let copy = self.browser();
        copy.set_cookies(browser.cookies());
        copy
    }

    /// Signs a new browser in.
    pub async fn signed_in(&self) -> Browser {
        let browser = self.browser();
        let answer = self.sign_in(&browser).await;
        assert_eq!(answer.location(), "/", "{}", answer.body);
        browser
    }

    /// Signs this browser in and gives the callback's answer.
    pub async fn sign_in(&self, browser: &Browser) -> Answer {
        let login = browser.open("/api/auth/login?tenant_name=acme").await;
        self.come_back(browser, &login).await
    }

    /// Comes back from the provider after this redirect to it. The code is the nonce, see
    /// `provider`.
    pub async fn come_back(&self, browser: &Browser, login: &Answer) -> Answer {
        browser.come_back(&callback_path(login)).await
    }

    /// Comes back with an error instead of a code.
    pub async fn come_back_with_error(
        &self,
        browser: &Browser,
        login: &Answer,
        error: &str,
    ) -> Answer {
        browser.come_back(&error_path(login, error)).await
    }
}

async fn run(
    provider: &Provider,
    data: &TempDir,
    settings: &[String],
    clock: &Clock,
) -> (String, Running) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let mut arguments = vec![
        "backend".to_owned(),
        format!("--data-dir={}", data.path().display()),
    ];
    let defaults = [
        ("--public-url", origin.clone()),
        ("--application-vanity-domain", provider.host()),
        ("--frontend-dist", crate::harness::PAGES.to_owned()),
        ("--workers", "1".to_owned()),
        ("--rate-limit", "0".to_owned()), // they all come from one address
        ("--store-timeout", "30s".to_owned()), // the machine may be busy
        ("--cookie-secure", "on".to_owned()), // so that tests see what browsers hold on https
    ];
    for (name, value) in defaults {
        if !settings.iter().any(|setting| setting.starts_with(name)) {
            arguments.push(format!("{name}={value}"));
        }
    }
    let issuer = provider.issuer();
    arguments.extend(
        settings
            .iter()
            .map(|setting| setting.replace("{issuer}", &issuer)),
    );
    let config = Config::try_parse_from(arguments).expect("a valid configuration");
    let (handle, running) = backend::build(config, clock.clone(), listener)
        .await
        .expect("the application starts");
    let finished = tokio::spawn(running);
    (origin, Running { handle, finished })
}

/// The address at which the provider sends the browser back after this redirect to it.
pub fn callback_path(login: &Answer) -> String {
    format!(
        "/api/auth/callback?code={}&state={}&tenant_name=acme",
        parameter(login, "nonce"),
        parameter(login, "state")
    )
}

/// The same, for a sign-in that did not succeed.
pub fn error_path(login: &Answer, error: &str) -> String {
    format!(
        "/api/auth/callback?error={error}&state={}&tenant_name=acme",
        parameter(login, "state")
    )
}

fn parameter(login: &Answer, name: &str) -> String {
    login.location_parameter(name).expect("the parameter")
}
