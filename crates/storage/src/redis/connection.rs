//! The connection to Redis: addresses, TLS, single server or Cluster, push messages.

use std::{collections::HashMap, net::IpAddr, num::NonZeroUsize, sync::Arc, time::Duration};

use anyhow::Context;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, FromRedisValue,
    IntoConnectionInfo, ProtocolVersion, PushInfo, PushKind, Value,
    aio::{ConnectionManager, ConnectionManagerConfig},
    caching::CacheConfig,
    cluster::ClusterClientBuilder,
    cluster_async::ClusterConnection,
    io::tcp::TcpSettings,
};
use secrecy::{ExposeSecret, SecretString};

/// Pause between two heartbeats.
pub const HEARTBEAT: Duration = Duration::from_millis(500);
/// Time after which a connection without acknowledgements is closed.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED_LIMIT: Duration = Duration::from_secs(5);

/// Longest wait for Redis at a start, in each of its two steps, unless one command may take longer.
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// A push message of Redis.
#[derive(Debug)]
pub enum Push {
    /// This key was changed, deleted or has expired.
    Changed(String),
    /// A message that a node published on a channel of [`Redis::subscribe`](super::Redis).
    Message(Vec<u8>),
    /// A connection was lost, or everything was deleted: any key may have changed.
    Lost,
}

pub(super) type OnPush = dyn Fn(Push) + Send + Sync;

/// A connection to one server or to a Cluster, which reconnects by itself.
#[derive(Clone)]
pub(super) enum Connection {
    Single(ConnectionManager),
    Cluster(ClusterConnection),
}

/// Parses addresses that are separated by commas.
///
/// # Errors
/// Fails if one is not `redis://`, `rediss://` (TLS) or `unix://`. The message does not repeat the
/// address: it may contain a password.
pub fn addresses(urls: &SecretString) -> anyhow::Result<Vec<ConnectionInfo>> {
    let read = |url: &str| {
        let info = url.trim().into_connection_info().map_err(|_| {
            anyhow::anyhow!(
                "REDIS_URL must be redis://host:port, rediss://host:port (TLS) or \
                 unix:///path/to/socket, several separated by commas"
            )
        })?;
        let settings = info
            .redis_settings()
            .clone()
            .set_protocol(ProtocolVersion::RESP3);
        let tcp = TcpSettings::default().set_nodelay(true);
        // Elsewhere only the deadlines of commands notice a peer that is gone.
        #[cfg(target_os = "linux")]
        let tcp = tcp.set_user_timeout(UNACKNOWLEDGED_LIMIT);
        Ok(info.set_redis_settings(settings).set_tcp_settings(tcp))
    };
    urls.expose_secret().split(',').map(read).collect()
}

/// Repeats an attempt that times out until [`START_TIMEOUT`].
pub(super) async fn with_retries<T>(
    command_timeout: Duration,
    attempt: impl AsyncFn() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let attempts = async {
        loop {
            match attempt().await {
                Err(error) if is_timeout(&error) => {}
                done => return done,
            }
        }
    };
    let done = tokio::time::timeout(START_TIMEOUT.max(command_timeout), attempts).await;
    done.context("no response in time")?
}

fn is_timeout(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let error = cause.downcast_ref::<redis::RedisError>();
        cause.is::<tokio::time::error::Elapsed>()
            || error.is_some_and(redis::RedisError::is_timeout)
    })
}

/// Connects, and calls `on_push` with each push message.
pub(super) async fn connect(
    nodes: Vec<ConnectionInfo>,
    timeout: Duration,
    on_push: Arc<OnPush>,
) -> anyhow::Result<Connection> {
    // The cache of the crate `redis` stays empty: it could keep a response after the push that
    // overtook it. It is configured because that turns on client tracking for each connection.
    let tracking = CacheConfig::new()
        .set_size(NonZeroUsize::MIN)
        .set_default_client_ttl(Duration::ZERO);
    let push_sender = move |push: PushInfo| {
        pushes(&push).into_iter().for_each(&*on_push);
        Ok::<(), ()>(())
    };
    let is_unencrypted = |node: &ConnectionInfo| match node.addr() {
        ConnectionAddr::Tcp(host, _) => !is_local(host),
        _ => false,
    };
    if nodes.iter().any(is_unencrypted) {
        tracing::warn!("REDIS_URL is not rediss://: password and commands are sent unencrypted");
    }
    let first = Client::open(nodes.first().context("no address")?.clone())?;
    // With several addresses it is a Cluster, and its first server may be down.
    if nodes.len() > 1 || is_cluster(&first, timeout).await? {
        let builder = ClusterClientBuilder::new(nodes)
            .use_protocol(ProtocolVersion::RESP3)
            .connection_timeout(timeout)
            .response_timeout(timeout)
            .cache_config(tracking)
            .push_sender(push_sender);
        return Ok(Connection::Cluster(
            builder.build()?.get_async_connection().await?,
        ));
    }
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(timeout))
        .set_response_timeout(Some(timeout))
        .set_max_delay(HEARTBEAT)
        .set_cache_config(tracking)
        .set_automatic_resubscription()
        .set_push_sender(push_sender);
    Ok(Connection::Single(
        ConnectionManager::new_with_config(first, config).await?,
    ))
}

async fn is_cluster(server: &Client, timeout: Duration) -> redis::RedisResult<bool> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(timeout))
        .set_response_timeout(Some(timeout));
    let connection = server.get_multiplexed_async_connection_with_config(&config);
    let mut connection = connection.await?;
    // Unlike INFO, this needs no rights.
    let server: HashMap<String, Value> = redis::cmd("HELLO").query_async(&mut connection).await?;
    let mode = server.get("mode").map(String::from_redis_value_ref);
    Ok(matches!(mode, Some(Ok(mode)) if mode == "cluster"))
}

fn is_local(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn pushes(push: &PushInfo) -> Vec<Push> {
    match (&push.kind, push.data.first()) {
        (PushKind::Invalidate, Some(Value::Array(keys))) => {
            let names = keys
                .iter()
                .filter_map(|key| String::from_redis_value_ref(key).ok());
            names.map(Push::Changed).collect()
        }
        (PushKind::Message, _) => match push.data.get(1) {
            Some(Value::BulkString(message)) => vec![Push::Message(message.clone())],
            _ => Vec::new(),
        },
        (PushKind::Invalidate | PushKind::Disconnection, _) => vec![Push::Lost],
        _ => Vec::new(),
    }
}
