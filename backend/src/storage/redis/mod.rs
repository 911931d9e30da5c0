//! The Redis (or Valkey) that several nodes share, single or Cluster.
//!
//! It pushes what changes (RESP3 client tracking): every key that this connection has read and
//! somebody then changes is named to the listener. A heartbeat on the same connection proves that
//! nothing was missed: replies and pushes come in order, so an answered PING vouches for every push
//! up to the moment it was sent.

mod connection;
mod time;

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use parking_lot::Mutex;
use redis::{
    Cmd, FromRedisValue, Pipeline, ScriptInvocation, Value,
    cluster_routing::{MultipleNodeRoutingInfo, ResponsePolicy, RoutingInfo},
};
use secrecy::SecretString;

use super::{Unavailable, in_time, write_check::WriteCheck};
use crate::clock::Clock;
use connection::{Connection, connect};
pub use connection::{Push, addresses};

/// What this process read may be used for this long after the last proof that the link lives.
pub const TRUST: Duration = Duration::from_millis(1_900);
/// How often that proof is sought.
pub const HEARTBEAT: Duration = Duration::from_millis(500);
/// The channel on which the nodes tell each other what happens.
pub const CHANNEL: &str = "session-events";
/// How long a start waits for Redis.
const START_PATIENCE: Duration = Duration::from_secs(5);
/// How long Redis keeps what [`Redis::check`] wrote.
const CHECK_KEPT: Duration = Duration::from_secs(5);

/// The shared connection of this process.
pub struct Redis {
    connection: Connection,
    alive_at: Mutex<Option<Instant>>,
    /// When the link was last known to be broken.
    broken_at: Arc<Mutex<Option<Instant>>>,
    clock: Clock,
    /// Whether the clock was not set since the connection was lost.
    clock_unset: Arc<AtomicBool>,
    write_check: WriteCheck,
}

impl Redis {
    /// Connects to the server, or to the Cluster that several addresses belong to (or one does),
    /// and sets `clock` by its time.
    ///
    /// # Errors
    /// When it does not answer in time, or does not know RESP3 (Redis 6 and Valkey do).
    pub async fn open(
        urls: &SecretString,
        clock: Clock,
        listener: impl Fn(Push) + Send + Sync + 'static,
    ) -> anyhow::Result<Arc<Self>> {
        let nodes = addresses(urls)?;
        let clock_unset = Arc::new(AtomicBool::new(true));
        let broken_at = Arc::<Mutex<_>>::default();
        let (lost, broken) = (Arc::clone(&clock_unset), Arc::clone(&broken_at));
        let listener = move |push| {
            if matches!(push, Push::Lost) {
                lost.store(true, Ordering::Relaxed);
                *broken.lock() = Some(Instant::now());
            }
            listener(push);
        };
        let connection = tokio::time::timeout(START_PATIENCE, connect(nodes, Arc::new(listener)));
        let connection = connection
            .await
            .context("no answer in time")
            .flatten()
            .context("REDIS_URL")?;
        let redis = Arc::new(Self {
            connection,
            alive_at: Mutex::default(),
            broken_at,
            clock,
            clock_unset,
            write_check: WriteCheck::default(),
        });
        redis.beat().await.context("REDIS_URL")?;
        tokio::spawn(keep_beating(Arc::downgrade(&redis)));
        Ok(redis)
    }

    /// Whether the listener has been told of everything that changed until [`TRUST`] ago.
    pub fn is_coherent(&self) -> bool {
        self.alive_at.lock().is_some_and(|at| at.elapsed() < TRUST)
    }

    /// How long the link has been whole: zero while it is broken, the longest time when it never
    /// was.
    pub fn whole_for(&self) -> Duration {
        let broken_at = *self.broken_at.lock();
        match broken_at {
            _ if !self.is_coherent() => Duration::ZERO,
            Some(at) => at.elapsed(),
            None => Duration::MAX,
        }
    }

    /// Sends one command.
    ///
    /// # Errors
    /// When no good answer comes in time.
    pub async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Unavailable> {
        in_time(async {
            Ok(match self.connection.clone() {
                Connection::Single(mut single) => command.query_async(&mut single).await?,
                Connection::Cluster(mut cluster) => command.query_async(&mut cluster).await?,
            })
        })
        .await
    }

    /// Runs a script in one round trip (two, when the server has forgotten it).
    ///
    /// # Errors
    /// When no good answer comes in time.
    pub async fn run_script<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, Unavailable> {
        in_time(async {
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
    /// When no good answer comes in time.
    pub async fn run_all<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, Unavailable> {
        in_time(async {
            Ok(match self.connection.clone() {
                Connection::Single(mut single) => commands.query_async(&mut single).await?,
                Connection::Cluster(mut cluster) => commands.query_async(&mut cluster).await?,
            })
        })
        .await
    }

    /// From now on the listener gets what any node publishes, also after the connection was lost.
    ///
    /// # Errors
    /// When the server does not allow it.
    pub async fn subscribe(&self) -> Result<(), Unavailable> {
        in_time(async {
            match self.connection.clone() {
                Connection::Single(mut single) => single.subscribe(CHANNEL).await?,
                Connection::Cluster(mut cluster) => cluster.subscribe(CHANNEL).await?,
            }
            Ok(())
        })
        .await
    }

    /// Tells all nodes, this one included; whoever does not listen now never hears of it.
    ///
    /// # Errors
    /// When no good answer comes in time.
    pub async fn publish(&self, message: Vec<u8>) -> Result<(), Unavailable> {
        self.run(redis::cmd("PUBLISH").arg(CHANNEL).arg(message))
            .await
    }

    /// Whether something can be written now: memory may be full, or the server a replica. Tried at
    /// most once a second.
    ///
    /// # Errors
    /// When a small key is not kept in time.
    pub async fn check(&self) -> Result<(), Unavailable> {
        // Another key each time: in a Cluster, another server.
        let key = format!("write-check:{}", rand::random::<u16>());
        let mut set = redis::cmd("SET");
        set.arg(key).arg(1).arg("PX").arg(CHECK_KEPT.as_millis());
        self.write_check.ask(self.run(&set)).await
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
                in_time(async {
                    Ok(cluster
                        .route_command(ping, RoutingInfo::MultiNode(everywhere))
                        .await?)
                })
                .await?
            }
        };
        if self.clock_unset.swap(false, Ordering::Relaxed)
            && let Err(error) = self.set_clock().await
        {
            self.clock_unset.store(true, Ordering::Relaxed);
            return Err(error);
        }
        *self.alive_at.lock() = Some(sent);
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
            *redis.broken_at.lock() = Some(Instant::now());
        }
        match beat {
            Ok(()) if failing => {
                tracing::info!("Redis answers again");
                failing = false;
            }
            Err(error) if !failing => {
                let see = "docs/troubleshooting.md#redis-does-not-answer";
                tracing::error!(%error, see, "Redis does not answer");
                failing = true;
            }
            _ => {}
        }
    }
}
