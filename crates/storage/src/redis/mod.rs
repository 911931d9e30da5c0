//! The Redis (or Valkey) that several nodes share, single or Cluster.
//!
//! Redis pushes changes (RESP3 client tracking): a key that this connection has read is named to
//! `on_push` when any client changes it. A heartbeat on the same connection proves that no push was
//! missed: replies and pushes arrive in order, so the reply to a PING proves that every push up to
//! the time it was sent has arrived.

mod connection;
mod time;

use std::{
    fmt::Display,
    sync::{Arc, Weak, atomic::AtomicI64},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use redis::{
    Cmd, FromRedisValue, Pipeline, ScriptInvocation, Value,
    cluster_routing::{MultipleNodeRoutingInfo, ResponsePolicy, RoutingInfo},
};
use secrecy::SecretString;

use crate::{Clock, Unavailable, unavailable::in_time, write_check::WriteCheck};
use connection::{Connection, connect, with_retries};
pub use connection::{HEARTBEAT, Push, addresses};

/// Longest time for which values are used without a heartbeat of Redis.
pub const MAX_STALENESS: Duration = Duration::from_millis(1_900);
/// Lifetime of the key that [`Redis::check`] writes.
const CHECK_LIFETIME: Duration = Duration::from_secs(5);

/// The shared connection of this process.
pub struct Redis {
    connection: Connection,
    /// Its addresses, for log messages.
    address: String,
    timeout: Duration,
    alive_at: Mutex<Option<Instant>>,
    /// Last time at which Redis was known to be out of reach.
    lost_at: Arc<Mutex<Option<Instant>>>,
    clock: Clock,
    /// Last logged difference between the clocks of Redis and this machine.
    reported_ahead_ms: AtomicI64,
    write_check: WriteCheck,
}

impl Redis {
    /// Connects to a server or a Cluster (several addresses, or one of its servers), and sets
    /// `clock` to its time. A command may take as long as `timeout`, such as
    /// [`crate::DEFAULT_TIMEOUT`]. Calls `on_push` with every push message, in order.
    ///
    /// # Errors
    /// If Redis does not respond to the connection or the first heartbeat within 10 s (`timeout` if
    /// that is longer), or does not support RESP3 (Redis 6 and Valkey do).
    pub async fn open(
        urls: &SecretString,
        timeout: Duration,
        clock: Clock,
        on_push: impl Fn(Push) + Send + Sync + 'static,
    ) -> anyhow::Result<Arc<Self>> {
        let nodes = addresses(urls)?;
        let address: Vec<_> = nodes.iter().map(|node| node.addr().to_string()).collect();
        let address = address.join(", ");
        // Without the sources of the error, which repeat the address.
        let named =
            |error: &dyn Display| anyhow::anyhow!("Redis at {address} (REDIS_URL): {error}");
        let lost_at = Arc::<Mutex<_>>::default();
        let lost = Arc::clone(&lost_at);
        let on_push = move |push| {
            if matches!(push, Push::Lost) {
                *lost.lock() = Some(Instant::now());
            }
            on_push(push);
        };
        let on_push: Arc<connection::OnPush> = Arc::new(on_push);
        let attempt = || connect(nodes.clone(), timeout, Arc::clone(&on_push));
        let connection = with_retries(timeout, attempt).await;
        let connection = connection.map_err(|error| named(&error))?;
        let redis = Arc::new(Self {
            connection,
            address: address.clone(),
            timeout,
            alive_at: Mutex::default(),
            lost_at,
            clock,
            reported_ahead_ms: AtomicI64::new(0),
            write_check: WriteCheck::default(),
        });
        let alive = with_retries(timeout, async || Ok(redis.beat().await?)).await;
        alive.map_err(|error| named(&error))?;
        tokio::spawn(keep_beating(Arc::downgrade(&redis)));
        Ok(redis)
    }

    /// Returns `true` if every change up to [`MAX_STALENESS`] ago has been pushed to this process.
    pub fn is_coherent(&self) -> bool {
        self.alive_at
            .lock()
            .is_some_and(|at| at.elapsed() < MAX_STALENESS)
    }

    /// The time since Redis was out of reach: zero while it is, [`Duration::MAX`] if it never was.
    pub fn connected_for(&self) -> Duration {
        let lost_at = *self.lost_at.lock();
        match lost_at {
            _ if !self.is_coherent() => Duration::ZERO,
            Some(at) => at.elapsed(),
            None => Duration::MAX,
        }
    }

    /// Sends one command.
    ///
    /// # Errors
    /// [`Unavailable`] if Redis refuses it or does not respond in time; it may have been run.
    pub async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Unavailable> {
        in_time(self.timeout, async {
            Ok(match self.connection.clone() {
                Connection::Single(mut single) => command.query_async(&mut single).await?,
                Connection::Cluster(mut cluster) => command.query_async(&mut cluster).await?,
            })
        })
        .await
    }

    /// Runs a script in one round trip, or in two if the server does not have it.
    ///
    /// # Errors
    /// As [`Redis::run`].
    pub async fn run_script<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, Unavailable> {
        in_time(self.timeout, async {
            Ok(match self.connection.clone() {
                Connection::Single(mut single) => script.invoke_async(&mut single).await?,
                Connection::Cluster(mut cluster) => script.invoke_async(&mut cluster).await?,
            })
        })
        .await
    }

    /// Sends several commands in one round trip. In a Cluster their keys must be in one slot.
    ///
    /// # Errors
    /// As [`Redis::run`].
    pub async fn run_all<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, Unavailable> {
        in_time(self.timeout, async {
            Ok(match self.connection.clone() {
                Connection::Single(mut single) => commands.query_async(&mut single).await?,
                Connection::Cluster(mut cluster) => commands.query_async(&mut cluster).await?,
            })
        })
        .await
    }

    /// Subscribes to `channel`: its messages arrive as [`Push::Message`], also after a reconnect.
    ///
    /// # Errors
    /// As [`Redis::run`].
    pub async fn subscribe(&self, channel: &str) -> Result<(), Unavailable> {
        in_time(self.timeout, async {
            match self.connection.clone() {
                Connection::Single(mut single) => single.subscribe(channel).await?,
                Connection::Cluster(mut cluster) => cluster.subscribe(channel).await?,
            }
            Ok(())
        })
        .await
    }

    /// Sends a message to the current subscribers of `channel`, including this node.
    ///
    /// # Errors
    /// As [`Redis::run`].
    pub async fn publish(&self, channel: &str, message: Vec<u8>) -> Result<(), Unavailable> {
        self.run(redis::cmd("PUBLISH").arg(channel).arg(message))
            .await
    }

    /// Writes a small key, at most once a second: fails if memory is full or the server a replica.
    ///
    /// # Errors
    /// [`Unavailable`] if it is not written before the timeout.
    pub async fn check(&self) -> Result<(), Unavailable> {
        // Another key each time: in a Cluster, another server.
        let key = format!("write-check:{}", rand::random::<u16>());
        let mut set = redis::cmd("SET");
        set.arg(key)
            .arg(1)
            .arg("PX")
            .arg(CHECK_LIFETIME.as_millis());
        self.write_check.run(self.run(&set)).await
    }

    async fn beat(&self) -> Result<(), Unavailable> {
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
                in_time(self.timeout, async {
                    Ok(cluster
                        .route_command(ping, RoutingInfo::MultiNode(everywhere))
                        .await?)
                })
                .await?
            }
        };
        self.set_clock().await?;
        let before = self.alive_at.lock().replace(sent);
        // While it did not respond, keys may have expired there.
        if before.is_some_and(|at| at.elapsed() >= MAX_STALENESS) {
            *self.lost_at.lock() = Some(Instant::now());
        }
        Ok(())
    }
}

async fn keep_beating(redis: Weak<Redis>) {
    let mut failing = false;
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let Some(redis) = redis.upgrade() else { return };
        let beat = redis.beat().await;
        if failing || beat.is_err() {
            *redis.lost_at.lock() = Some(Instant::now());
        }
        match beat {
            Ok(()) if failing => {
                tracing::info!("Redis answers again");
                failing = false;
            }
            Err(error) if !failing => {
                tracing::error!(address = redis.address, %error, "Redis does not answer");
                failing = true;
            }
            _ => {}
        }
    }
}
