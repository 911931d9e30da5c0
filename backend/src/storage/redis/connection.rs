//! How Redis is reached: addresses, TLS, single or Cluster, and what it pushes.

use std::{net::IpAddr, num::NonZeroUsize, sync::Arc, time::Duration};

use anyhow::Context;
use redis::{
    Client, ConnectionAddr, ConnectionInfo, FromRedisValue, IntoConnectionInfo, ProtocolVersion,
    PushInfo, PushKind, Value,
    aio::{ConnectionManager, ConnectionManagerConfig},
    caching::CacheConfig,
    cluster::ClusterClientBuilder,
    cluster_async::ClusterConnection,
    io::tcp::TcpSettings,
};
use secrecy::{ExposeSecret, SecretString};

use super::HEARTBEAT;
use crate::storage::DEADLINE;

/// A connection whose packets nobody acknowledges is given up after this.
const DEAD_AFTER: Duration = Duration::from_secs(5);
/// What Redis tells without being asked.
#[derive(Debug)]
pub enum Push {
    /// This key was changed, deleted or has expired.
    Changed(String),
    /// A node has published this.
    Message(Vec<u8>),
    /// A connection was lost, or everything was deleted: any key may have changed.
    Lost,
}

pub(super) type Listener = dyn Fn(Push) + Send + Sync;

/// A connection that heals itself, to one server or to a Cluster.
#[derive(Clone)]
pub(super) enum Connection {
    Single(ConnectionManager),
    Cluster(ClusterConnection),
}

/// The addresses in `REDIS_URL`, separated by commas.
///
/// # Errors
/// When one is not `redis://` or `rediss://` (TLS). The message does not repeat it: it may hold a
/// password.
pub fn addresses(urls: &SecretString) -> anyhow::Result<Vec<ConnectionInfo>> {
    let read = |url: &str| {
        let info = url.trim().into_connection_info().map_err(|_| {
            anyhow::anyhow!(
                "REDIS_URL must be redis://host:port or rediss://host:port (TLS), several \
                 separated by commas"
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

/// Connects, with pushes to `listener`.
pub(super) async fn connect(
    nodes: Vec<ConnectionInfo>,
    listener: Arc<Listener>,
) -> anyhow::Result<Connection> {
    // The crate's own cache stays empty: it could keep an answer after the push that overtook it.
    // Asking for a cache is what makes it turn client tracking on for each connection.
    let tracking = CacheConfig::new()
        .set_size(NonZeroUsize::MIN)
        .set_default_client_ttl(Duration::ZERO);
    let told = move |push: PushInfo| {
        pushes(&push).into_iter().for_each(&*listener);
        Ok::<(), ()>(())
    };
    let is_open = |node: &ConnectionInfo| match node.addr() {
        ConnectionAddr::Tcp(host, _) => !is_local(host),
        _ => false,
    };
    if nodes.iter().any(is_open) {
        tracing::warn!(
            "REDIS_URL is not rediss://: who listens on the network can read the password and \
             end sessions"
        );
    }
    let first = Client::open(nodes.first().context("no address")?.clone())?;
    // Of several, the first may be away.
    if nodes.len() > 1 || is_of_a_cluster(&first).await? {
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
        .set_automatic_resubscription()
        .set_push_sender(told);
    Ok(Connection::Single(
        ConnectionManager::new_with_config(first, config).await?,
    ))
}

async fn is_of_a_cluster(server: &Client) -> redis::RedisResult<bool> {
    let mut connection = server.get_multiplexed_async_connection().await?;
    let info: String = redis::cmd("INFO")
        .arg("cluster")
        .query_async(&mut connection)
        .await?;
    Ok(info.contains("cluster_enabled:1"))
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
