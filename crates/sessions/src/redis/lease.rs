//! The lease of a refresh in Redis: one node at a time refreshes the tokens of a session.
//!
//! The holder extends the lease while it works. If the holder dies, the lease is free after
//! [`LIFETIME`], and its note keeps the next holder waiting for [`NOTE_LIFETIME`] at most. A holder
//! that has lost its lease goes on, and its write is fenced: tokens are stored only if they were
//! refreshed more often than the stored ones, see `ServerSessions::keep_tokens` and
//! `redis/refreshed_tokens.rs`.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use ::metrics::counter;
use async_trait::async_trait;
use oidc_client::Background;
use parking_lot::Mutex;
use redis::{Script, cmd};
use storage::Redis;
use tokio::task::JoinHandle;

use super::store::key_of;
use crate::{
    Handle, metrics,
    nodes::{LEASE_WAIT, Lease, NOTE_LIFETIME},
    stores::StoreResult,
};

/// Lifetime of a lease that its holder does not extend.
const LIFETIME: Duration = Duration::from_millis(2_000);
/// Pause between two extensions of a lease.
const EXTEND_INTERVAL: Duration = Duration::from_millis(500);
/// After a reconnect, nobody acquires a lease for this long: holders re-create the leases that
/// Redis lost.
const HOLDERS_FIRST: Duration = LIFETIME;
/// Pause between two attempts to acquire a lease.
const ACQUIRE_INTERVAL: Duration = Duration::from_millis(25);

/// Sets the lease again for ARGV[2] milliseconds, also if Redis has lost it, or releases it
/// (ARGV[2] = 0). Returns 0 and does nothing if another holder has it.
static EXTEND_OR_RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local holder = redis.call('GET', KEYS[1])
         if holder and holder ~= ARGV[1] then return 0 end
         if tonumber(ARGV[2]) > 0 then
             redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
             return 1
         end
         return redis.call('DEL', KEYS[1])",
    )
});

/// An acquired lease. Released in the background when dropped.
pub(super) struct RedisLease {
    entry: Arc<LeaseEntry>,
    background: Background,
    extending: JoinHandle<()>,
}

/// A holder's lease and note in Redis.
struct LeaseEntry {
    redis: Arc<Redis>,
    key: String,
    holder: String,
    noted: Mutex<Option<u64>>,
}

impl RedisLease {
    /// Waits for the lease of this session.
    pub(super) async fn acquire(
        redis: &Arc<Redis>,
        handle: Handle,
        background: &Background,
    ) -> StoreResult<Self> {
        let entry = Arc::new(LeaseEntry {
            redis: Arc::clone(redis),
            key: format!("{}:refresh", key_of(handle)),
            holder: format!("{:032x}", rand::random::<u128>()),
            noted: Mutex::default(),
        });
        let taken = tokio::time::timeout(LEASE_WAIT, entry.acquire()).await;
        taken.map_err(anyhow::Error::from)??;
        Ok(Self {
            extending: tokio::spawn(keep_alive(Arc::clone(&entry))),
            entry,
            background: background.clone(),
        })
    }
}

#[async_trait]
impl Lease for RedisLease {
    async fn note(&self, refresh_count: u64) -> StoreResult<()> {
        *self.entry.noted.lock() = Some(refresh_count);
        self.entry.write_note(refresh_count).await
    }

    async fn is_noted(&self, refresh_count: u64) -> StoreResult<bool> {
        let get = cmd("GET").arg(self.entry.note_key()).take();
        let noted: Option<u64> = self.entry.redis.run(&get).await?;
        Ok(noted.is_some_and(|noted| noted >= refresh_count))
    }

    async fn clear_note(&self) {
        *self.entry.noted.lock() = None;
        let delete = cmd("DEL").arg(self.entry.note_key()).take();
        if let Err(error) = self.entry.redis.run::<()>(&delete).await {
            tracing::warn!(%error, "the note of a refresh was not deleted; it will expire");
        }
    }
}

impl LeaseEntry {
    async fn acquire(&self) -> StoreResult<()> {
        let mut set = cmd("SET");
        set.arg(&self.key).arg(&self.holder).arg("NX");
        set.arg("PX").arg(LIFETIME.as_millis());
        let mut waits = false;
        while self.redis.connected_for() < HOLDERS_FIRST
            || self.redis.run::<Option<String>>(&set).await?.is_none()
        {
            if !std::mem::replace(&mut waits, true) {
                counter!(metrics::LEASE_WAITS).increment(1);
            }
            tokio::time::sleep(ACQUIRE_INTERVAL).await;
        }
        Ok(())
    }

    fn note_key(&self) -> String {
        format!("{}:sent", self.key)
    }

    async fn write_note(&self, refresh_count: u64) -> StoreResult<()> {
        let mut set = cmd("SET");
        set.arg(self.note_key()).arg(refresh_count);
        set.arg("PX").arg(NOTE_LIFETIME.as_millis());
        self.redis.run(&set).await
    }

    /// Extends the lease. Returns `false` if another holder has it.
    async fn extend(&self) -> StoreResult<bool> {
        self.set_lifetime(LIFETIME).await
    }

    async fn release(&self) -> StoreResult<bool> {
        self.set_lifetime(Duration::ZERO).await
    }

    async fn set_lifetime(&self, lifetime: Duration) -> StoreResult<bool> {
        let mut script = EXTEND_OR_RELEASE.key(&self.key);
        script.arg(&self.holder).arg(lifetime.as_millis());
        self.redis.run_script(&script).await
    }
}

/// Extends lease and note until the task is aborted. A holder that has lost its lease may delete
/// the note of the next one, which writes it again, and which alone has the lease until then.
async fn keep_alive(entry: Arc<LeaseEntry>) {
    loop {
        tokio::time::sleep(EXTEND_INTERVAL).await;
        let noted = *entry.noted.lock();
        if let Some(refresh_count) = noted
            && let Err(error) = entry.write_note(refresh_count).await
        {
            tracing::warn!(%error, "the note of a refresh was not extended");
        }
        match entry.extend().await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("the lease of a refresh was lost"),
            Err(error) => tracing::warn!(%error, "the lease of a refresh was not extended"),
        }
    }
}

impl Drop for RedisLease {
    fn drop(&mut self) {
        self.extending.abort();
        let entry = Arc::clone(&self.entry);
        self.background.spawn(async move {
            if let Err(error) = entry.release().await {
                tracing::warn!(%error, "the lease of a refresh was not released; it will expire");
            }
        });
    }
}
