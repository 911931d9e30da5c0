//! The server: built from a configuration, run, and stopped in an orderly way.

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
#[cfg(target_os = "linux")]
use socket2::SockRef;
#[cfg(target_os = "linux")]
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};

#[cfg(feature = "otlp")]
use crate::traces;
use crate::{
    app::{self, Parts},
    background::Background,
    clock::Clock,
    config::Config,
    entrance::Visitors,
    oidc::{Client, Http},
    routes::{self, health::Stopping},
    sealing::{Purpose, Sealer},
    session::Sessions,
    sign_in::{LoginAttempts, SignIn},
};

/// How long a process that was told to stop still takes requests, so that whoever sends them here
/// sees it coming.
const DRAIN: Duration = Duration::from_secs(1);

/// How long a process that has answered its last request still works for requests of before: as
/// long as Actix waits for connections.
const FINISH: Duration = Duration::from_secs(30);

/// Builds the server on a socket that is bound already (port 0 in tests): what stops it, and what
/// runs it until then.
///
/// # Errors
/// When the configuration is refused, or the sessions cannot be opened.
pub async fn build(
    config: Config,
    clock: Clock,
    listener: TcpListener,
) -> anyhow::Result<(ServerHandle, impl Future<Output = io::Result<()>>)> {
    config.check()?;
    let settings = config.session.settings(&config.server.public_url)?;
    #[cfg(feature = "otlp")]
    let traces = traces::start(&settings.node)?;
    let attempts = Sealer::new(&settings.secrets, Purpose::LoginAttempt);
    let background = Background::here();
    let http = Http::new(background.clone())?;
    let oidc = Arc::new(Client::new(config.oidc()?, http.clone(), clock.clone()));
    let identity_provider = Arc::new(config.identity_provider(Arc::clone(&oidc), http));
    let sessions = Sessions::open(settings, Arc::clone(&oidc), &background, clock.clone()).await?;
    let sign_in = SignIn {
        oidc: Arc::clone(&oidc),
        provider: Arc::clone(&identity_provider),
        attempts: LoginAttempts::new(attempts, sessions.cookies(), sessions.redis()),
        clock: clock.clone(),
    };
    let stopping = Arc::new(Stopping::default());
    let parts = Parts {
        clock,
        oidc,
        identity_provider,
        sessions: Arc::new(sessions),
        sign_in: Arc::new(sign_in),
        visitors: Arc::new(Visitors::new(&config.limits)),
        stopping: Arc::clone(&stopping),
        frontend_dist: routes::spa::dist(config.server.frontend_dist.as_deref()),
        config,
    };
    // Not held: whoever stopped the server may open its files again.
    let sessions = Arc::downgrade(&parts.sessions);
    let workers = parts.config.server.workers.map_or_else(
        || thread::available_parallelism().map_or(1, Into::into),
        usize::from,
    );
    let limits = &parts.config.limits;
    let read_timeout = limits.read_timeout;
    let connections = usize::try_from(limits.max_connections)?.div_ceil(workers);
    let server = HttpServer::new(move || app::app(parts.clone()))
        .workers(workers)
        .max_connections(connections)
        .client_request_timeout(read_timeout)
        .on_connect(move |connection, _| cut_off_when_stalled(connection, 3 * read_timeout))
        .disable_signals()
        .listen(listener)?;
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(stop_when_told(handle.clone(), stopping, sessions));
    let running = async move {
        server.await?;
        let finished = tokio::time::timeout(FINISH, background.finished()).await;
        if finished.is_err() {
            tracing::warn!("stopped before all work for earlier requests was done");
        }
        #[cfg(feature = "otlp")]
        traces.stop().await;
        Ok(())
    };
    Ok((handle, running))
}

/// A connection whose reader takes nothing for so long is cut, whatever it was promised
/// (`TCP_USER_TIMEOUT`).
fn cut_off_when_stalled(connection: &dyn Any, after: Duration) {
    #[cfg(target_os = "linux")]
    if let Some(stream) = connection.downcast_ref::<TcpStream>()
        && let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(after))
    {
        tracing::debug!(%error, "a connection may stall");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (connection, after);
}

/// Ends the server on SIGTERM or Ctrl-C: readiness goes first, then no new requests, and those
/// under way are finished.
async fn stop_when_told(server: ServerHandle, stopping: Arc<Stopping>, sessions: Weak<Sessions>) {
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
            tracing::info!("told to stop");
            stopping.begin();
            close_streams();
            tokio::time::sleep(DRAIN).await;
        }
        _ = tokio::signal::ctrl_c() => close_streams(),
    }
    server.stop(true).await;
}

/// Runs the application until it is told to stop (SIGTERM or Ctrl-C); requests under way are
/// finished.
///
/// # Errors
/// When it cannot start.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let address = (config.server.host.as_str(), config.server.port);
    let listener = TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {}:{} (HOST, PORT)", address.0, address.1))?;
    let public_url = config.server.public_url.origin().ascii_serialization();
    let (store, provider) = (config.session.session_store, config.issuer());
    let several_nodes = config.session.redis_url.is_some();
    let (_, running) = build(config, Clock::default(), listener).await?;
    if !several_nodes {
        tracing::info!(
            "ended sessions and refreshes are known to this process only; several nodes need \
             REDIS_URL"
        );
    }
    tracing::info!(?store, provider, "listening on {public_url}");
    running.await?;
    Ok(())
}
