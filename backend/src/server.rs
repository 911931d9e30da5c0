//! The server: built from a configuration, run, and shut down gracefully.

use std::{
    any::Any,
    io,
    net::TcpListener,
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use actix_web::{HttpServer, dev::ServerHandle};
use anyhow::Context;
use jiff::Timestamp;
use oidc_client::{Background, Client, Http};
use sealed_cookies::Keyring;
#[cfg(target_os = "linux")]
use socket2::SockRef;
use storage::Clock;
#[cfg(target_os = "linux")]
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    app::{self, AppState},
    client_address::TrustedProxies,
    client_watch,
    clients::Clients,
    config::Config,
    cookies,
    routes::{self, health::Stopping},
    secrets,
    sign_in::{LoginAttempts, SignIn},
};
use sessions::Sessions;

/// Time after SIGTERM in which requests are still accepted, so that the load balancer can react.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// Longest wait of a shutdown for background tasks after the last response: as long as Actix waits
/// for connections.
const BACKGROUND_LIMIT: Duration = Duration::from_secs(30);

/// Builds the server on a bound socket (port 0 in tests). Returns a handle that stops it, and the
/// future that runs it.
///
/// # Errors
/// Fails if the configuration is refused or the session store cannot be opened.
pub async fn build(
    config: Config,
    clock: Clock,
    listener: TcpListener,
) -> anyhow::Result<(ServerHandle, impl Future<Output = io::Result<()>>)> {
    config.check()?;
    let mut settings = config.session.settings(&config.server.public_url())?;
    let attempts = Keyring::new(&settings.secrets, secrets::LOGIN_ATTEMPT);
    let background = Background::here();
    let http = http(background.clone())?;
    let time = clock.clone();
    let oidc = Client::new(config.oidc()?, http.clone(), move || time.now());
    let oidc = Arc::new(oidc);
    let identity_provider = Arc::new(config.identity_provider(Arc::clone(&oidc), http));
    settings.role_source = Some(Arc::clone(&identity_provider) as _);
    let sessions = Sessions::open(settings, Arc::clone(&oidc), &background, clock.clone()).await?;
    let sign_in = SignIn {
        oidc: Arc::clone(&oidc),
        provider: Arc::clone(&identity_provider),
        attempts: LoginAttempts::new(
            attempts,
            cookies::login_attempt(sessions.cookies().is_secure()),
            sessions.redis(),
        ),
        passed_on: config.passed_on(),
        clock: clock.clone(),
    };
    let stopping = Arc::new(Stopping::default());
    let limits = &config.limits;
    let state = AppState {
        clock,
        oidc,
        identity_provider,
        sessions: Arc::new(sessions),
        sign_in: Arc::new(sign_in),
        clients: Arc::new(Clients::new(
            TrustedProxies::new(limits.trusted_proxies.clone()),
            limits.rate_limit,
            limits.log_addresses,
        )),
        stopping: Arc::clone(&stopping),
        orders: config.orders().map(Arc::new),
        frontend_dist: routes::spa::dist(config.server.frontend_dist.as_deref()),
        config,
    };
    // A weak reference: after shutdown the files must be closed.
    let sessions = Arc::downgrade(&state.sessions);
    let workers = state.config.server.workers.map_or_else(
        || thread::available_parallelism().map_or(1, Into::into),
        usize::from,
    );
    let limits = &state.config.limits;
    let read_timeout = limits.read_timeout;
    let connections = usize::try_from(limits.max_connections)?.div_ceil(workers);
    let has_apis = state.orders.is_some();
    let server = HttpServer::new(move || app::app(state.clone()))
        .workers(workers)
        .max_connections(connections)
        .client_request_timeout(read_timeout)
        .on_connect(move |connection, data| {
            close_when_stalled(connection, 3 * read_timeout);
            if has_apis {
                client_watch::prepare(connection, data);
            }
        })
        .disable_signals()
        .listen(listener)?;
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(stop_on_signal(handle.clone(), stopping, sessions));
    let running = async move {
        server.await?;
        let finished = tokio::time::timeout(BACKGROUND_LIMIT, background.finished()).await;
        if finished.is_err() {
            tracing::warn!("stopped before all background tasks were done");
        }
        Ok(())
    };
    Ok((handle, running))
}

/// The HTTP client for the provider. Requests to this machine are plain http, so they never use a
/// proxy of the environment.
///
/// # Errors
/// Fails if TLS cannot be set up on this machine.
pub fn http(background: Background) -> reqwest::Result<Http> {
    let name = concat!("actix-sessions/", env!("CARGO_PKG_VERSION"));
    let builder = || Http::builder().user_agent(name);
    let loopback = builder().no_proxy().build()?;
    Ok(Http::new(builder().build()?, background).with_loopback(loopback))
}

/// Closes a connection whose client does not read for this time (`TCP_USER_TIMEOUT`).
fn close_when_stalled(connection: &dyn Any, after: Duration) {
    #[cfg(target_os = "linux")]
    if let Some(stream) = connection.downcast_ref::<TcpStream>()
        && let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(after))
    {
        tracing::debug!(%error, "a connection may stall");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (connection, after);
}

/// Stops the server on SIGTERM, after [`DRAIN_TIME`] in which it is not ready but accepts requests,
/// or at once on Ctrl-C. Requests that have begun are finished.
async fn stop_on_signal(server: ServerHandle, stopping: Arc<Stopping>, sessions: Weak<Sessions>) {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return;
    };
    let close_streams = || {
        if let Some(sessions) = sessions.upgrade() {
            sessions.close_streams();
        }
    };
    tokio::select! {
        _ = terminate.recv() => {
            tracing::info!("SIGTERM received; shutting down");
            stopping.begin();
            close_streams();
            tokio::time::sleep(DRAIN_TIME).await;
        }
        _ = tokio::signal::ctrl_c() => close_streams(),
    }
    server.stop(true).await;
}

/// Runs the application until SIGTERM or Ctrl-C, and finishes the requests that have begun.
///
/// # Errors
/// Fails if it cannot start.
pub async fn run(mut config: Config) -> anyhow::Result<()> {
    let address = (config.server.host.as_str(), config.server.port);
    let listener = TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {}:{} (HOST, PORT)", address.0, address.1))?;
    // With `PORT=0` the system chooses a port.
    config.server.port = listener.local_addr()?.port();
    let public_url = config.server.public_url().origin().ascii_serialization();
    let (store, provider) = (config.session.session_store, config.issuer());
    let several_nodes = config.session.redis_url.is_some();
    let (_, running) = build(config.clone(), Clock::default(), listener).await?;
    if !several_nodes {
        tracing::info!(
            "revocations and refreshes are known to this process only; several nodes need REDIS_URL"
        );
    }
    tracing::info!(?store, provider = &provider, "listening on {public_url}");
    let http = http(Background::here())?;
    let client = Client::new(config.oidc()?, http, Timestamp::now);
    tokio::spawn(report_if_unusable(client, provider));
    running.await?;
    Ok(())
}

/// Warns at start if the provider is unavailable or cannot be used.
async fn report_if_unusable(client: Client, provider: String) {
    if !client.is_reachable().await {
        tracing::warn!(
            provider,
            see = "docs/troubleshooting.md#identity_provider_unavailable",
            "the identity provider does not answer"
        );
        return;
    }
    match client.unsupported_requirements().await {
        Ok(unsupported) if unsupported.is_empty() => {}
        Ok(unsupported) => tracing::warn!(
            provider,
            ?unsupported,
            "the identity provider has requirements that are not supported: nobody can sign in"
        ),
        Err(error) => tracing::warn!(provider, %error, "nobody can sign in"),
    }
}
