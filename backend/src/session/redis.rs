//! The Redis (or Valkey) that several nodes share, single or Cluster.
//!
//! It pushes what changes (RESP3 client tracking): every key that this connection has read and somebody then changes is
//! named to the listener. A heartbeat on the same connection proves that nothing was missed: replies and pushes come in
//! order, so an answered PING vouches for every push up to the moment it was sent.

use std::{
    fmt,
    net::IpAddr,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use anyhow::Context;
use redis::{
    Client, Cmd, ConnectionAddr, ConnectionInfo, FromRedisValue, IntoConnectionInfo, Pipeline,
    ProtocolVersion, PushInfo, PushKind, RedisFuture, ScriptInvocation, Value,
    aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig},
    caching::CacheConfig,
    cluster::ClusterClientBuilder,
    cluster_async::ClusterConnection,
    cluster_routing::{MultipleNodeRoutingInfo, ResponsePolicy, RoutingInfo},
    io::tcp::TcpSettings,
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    Handle,
    stores::{DEADLINE, StoreUnavailable, in_time},
};

/// What this process read may be used for this long after the last proof that the link lives.
pub const TRUST: Duration = Duration::from_millis(1_900);
/// How often that proof is sought.
pub const HEARTBEAT: Duration = Duration::from_millis(500);
/// A connection whose packets nobody acknowledges is given up after this.
const DEAD_AFTER: Duration = Duration::from_secs(5);
/// How long a start waits for Redis.
const START_PATIENCE: Duration = Duration::from_secs(5);

/// What Redis tells without being asked.
#[derive(Debug)]
pub enum Push {
    /// This key was changed, deleted or has expired.
    Changed(String),
    /// A connection was lost, or everything was deleted: any key may have changed.
    Lost,
}

type Listener = dyn Fn(Push) + Send + Sync;

/// A connection that heals itself.
#[derive(Clone)]
enum Connection {
    Single(ConnectionManager),
    Cluster(ClusterConnection),
}

/// The shared connection of this process.
pub struct Redis {
    connection: Connection,
    alive_at: Mutex<Option<Instant>>,
}

impl Redis {
    /// Connects to the server, or to the Cluster that the first address belongs to.
    ///
    /// # Errors
    /// When it does not answer in time, or does not know RESP3 (Redis 6 and Valkey do).
    pub async fn open(
        urls: &SecretString,
        listener: impl Fn(Push) + Send + Sync + 'static,
    ) -> anyhow::Result<Arc<Self>> {
        let nodes = addresses(urls)?;
        let connection = tokio::time::timeout(START_PATIENCE, connect(nodes, Arc::new(listener)));
        let connection = connection
            .await
            .context("no answer in time")
            .flatten()
            .context("REDIS_URL")?;
        let redis = Arc::new(Self {
            connection,
            alive_at: Mutex::default(),
        });
        redis.beat().await.context("REDIS_URL")?;
        tokio::spawn(keep_beating(Arc::downgrade(&redis)));
        Ok(redis)
    }

    /// Whether the listener has been told of everything that changed until [`TRUST`] ago.
    #[must_use]
    pub fn is_coherent(&self) -> bool {
        self.alive_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|at| at.elapsed() < TRUST)
    }

    /// Sends one command.
    ///
    /// # Errors
    /// When no good answer comes in time.
    pub async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreUnavailable> {
        let mut connection = self.connection.clone();
        in_time(async { Ok(command.query_async(&mut connection).await?) }).await
    }

    /// Runs a script in one round trip (two, when the server has forgotten it).
    ///
    /// # Errors
    /// When no good answer comes in time.
    pub async fn run_script<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreUnavailable> {
        let mut connection = self.connection.clone();
        in_time(async { Ok(script.invoke_async(&mut connection).await?) }).await
    }

    async fn beat(&self) -> Result<(), StoreUnavailable> {
        let sent = Instant::now();
        let ping = redis::cmd("PING");
        match &self.connection {
            Connection::Single(_) => self.run::<Value>(&ping).await?,
            Connection::Cluster(cluster) => {
                let everywhere = (
                    MultipleNodeRoutingInfo::AllMasters,
                    Some(ResponsePolicy::AllSucceeded),
                );
                let mut cluster = cluster.clone();
                in_time(async {
                    Ok(cluster
                        .route_command(ping, RoutingInfo::MultiNode(everywhere))
                        .await?)
                })
                .await?
            }
        };
        *self.alive_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(sent);
        Ok(())
    }
}

/// The key of a session. The braces keep whatever belongs to it in the same slot of a Cluster.
#[must_use]
pub fn key_of(handle: &Handle) -> String {
    format!("session:{{{handle}}}")
}

/// The session that a key belongs to.
#[must_use]
pub fn handle_of(key: &str) -> Option<Handle> {
    let handle = key.strip_prefix("session:{")?.strip_suffix('}')?;
    handle.parse().ok()
}

/// A value whose number a script can compare: `number.value`.
#[must_use]
pub fn numbered(number: u64, value: &[u8]) -> Vec<u8> {
    [format!("{number}.").as_bytes(), value].concat()
}

/// Takes a numbered value apart.
#[must_use]
pub fn number_and_value(numbered: &[u8]) -> Option<(u64, &[u8])> {
    let dot = numbered.iter().position(|byte| *byte == b'.')?;
    let number = std::str::from_utf8(&numbered[..dot]).ok()?.parse().ok()?;
    Some((number, &numbered[dot + 1..]))
}

async fn keep_beating(redis: Weak<Redis>) {
    let mut failing = false;
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let Some(redis) = redis.upgrade() else { return };
        match redis.beat().await {
            Ok(()) if failing => {
                tracing::info!("Redis answers again");
                failing = false;
            }
            Err(error) if !failing => {
                tracing::error!(%error, "Redis does not answer");
                failing = true;
            }
            _ => {}
        }
    }
}

/// The addresses in `REDIS_URL`, separated by commas.
///
/// # Errors
/// When one is not `redis://` or `rediss://` (TLS). The message does not repeat it: it may hold a password.
pub fn addresses(urls: &SecretString) -> anyhow::Result<Vec<ConnectionInfo>> {
    let read = |url: &str| {
        let info = url.trim().into_connection_info().map_err(|_| {
            anyhow::anyhow!(
                "REDIS_URL must be redis://host:port or rediss://host:port (TLS), several separated by commas"
            )
        })?;
        let settings = info
            .redis_settings()
            .clone()
            .set_protocol(ProtocolVersion::RESP3);
        let tcp = TcpSettings::default()
            .set_nodelay(true)
            .set_user_timeout(DEAD_AFTER);
        Ok(info.set_redis_settings(settings).set_tcp_settings(tcp))
    };
    urls.expose_secret().split(',').map(read).collect()
}

async fn connect(
    nodes: Vec<ConnectionInfo>,
    listener: Arc<Listener>,
) -> anyhow::Result<Connection> {
    // The crate's own cache stays empty: it could keep an answer after the push that overtook it. Asking for a cache is
    // what makes it turn client tracking on for each connection.
    let tracking = CacheConfig::new()
        .set_size(NonZeroUsize::MIN)
        .set_default_client_ttl(Duration::ZERO);
    let told = move |push: PushInfo| {
        pushes(&push).into_iter().for_each(&*listener);
        Ok::<(), ()>(())
    };
    let is_open = |node: &ConnectionInfo| matches!(node.addr(), ConnectionAddr::Tcp(host, _) if !is_local(host));
    if nodes.iter().any(is_open) {
        tracing::warn!(
            "REDIS_URL is not rediss://: who listens on the network can read the password and end sessions"
        );
    }
    let first = Client::open(nodes.first().context("no address")?.clone())?;
    let mut probe = first.get_multiplexed_async_connection().await?;
    let info: String = redis::cmd("INFO")
        .arg("cluster")
        .query_async(&mut probe)
        .await?;
    if info.contains("cluster_enabled:1") {
        let builder = ClusterClientBuilder::new(nodes)
            .use_protocol(ProtocolVersion::RESP3)
            .connection_timeout(DEADLINE)
            .response_timeout(DEADLINE)
            .cache_config(tracking)
            .push_sender(told);
        return Ok(Connection::Cluster(
            builder.build()?.get_async_connection().await?,
        ));
    }
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(DEADLINE))
        .set_response_timeout(Some(DEADLINE))
        .set_max_delay(HEARTBEAT)
        .set_cache_config(tracking)
        .set_push_sender(told);
    Ok(Connection::Single(
        ConnectionManager::new_with_config(first, config).await?,
    ))
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
        (PushKind::Invalidate | PushKind::Disconnection, _) => vec![Push::Lost],
        _ => Vec::new(),
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(connection) => connection.req_packed_command(cmd),
            Self::Cluster(connection) => connection.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(connection) => connection.req_packed_commands(pipeline, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redis")
    }
}
