//! The lease of a refresh: one node at a time renews the tokens of a session.
//!
//! Renewed while the work runs, so it may be short: when its holder dies, the others wait no longer
//! than this. What is written under a lease that was lost is fenced by the number of renewals, see
//! `Store::keep_tokens`.
//!
//! Before its holder sends a refresh token it leaves a note which one, because that token may be
//! spent from then on, whatever becomes of the answer. The note outlives the lease: whoever holds
//! the lease next and has the same token waits for the new tokens before it sends a spent one.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use ::metrics::counter;
use parking_lot::Mutex;
use redis::{Script, cmd};
use tokio::task::JoinHandle;

use crate::{
    background::Background,
    metrics,
    session::{Handle, stores::key_of},
    storage::{Unavailable, redis::Redis},
};

/// How long a lease outlives its holder.
pub const LIFETIME: Duration = Duration::from_millis(2_000);
/// How often a holder renews it.
const RENEW_EVERY: Duration = Duration::from_millis(500);
/// How long nobody takes a lease after the link to Redis was broken: Redis may have lost those that
/// are held, and their holders, who renew them as soon as they reach it, come first.
const HOLDERS_FIRST: Duration = LIFETIME;
/// How often the others look whether it is free.
const ASK_EVERY: Duration = Duration::from_millis(25);
/// How long they wait at most: longer than the provider may take, retries included.
const PATIENCE: Duration = Duration::from_secs(40);
/// How long the note outlives the last sign of life of whoever left it.
pub const NOTE_LIFETIME: Duration = Duration::from_secs(5);

/// Renews a lease (ARGV[2] > 0), also one that the server has forgotten, or gives it back, if it is
/// still this holder's.
static HOLD: LazyLock<Script> = LazyLock::new(|| {
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

/// A lease that is held; on a single node there is none, as nobody competes for it. Given back in
/// the background when dropped.
pub(in crate::session) struct Lease(Option<Held>);

struct Held {
    entry: Arc<Entry>,
    background: Background,
    renewing: JoinHandle<()>,
}

/// What Redis holds of a lease.
struct Entry {
    redis: Arc<Redis>,
    key: String,
    holder: String,
    noted: Mutex<Option<u64>>,
}

impl Lease {
    /// Waits for the lease of this session among the nodes on this Redis.
    pub(super) async fn take(
        redis: Option<&Arc<Redis>>,
        handle: Handle,
        background: &Background,
    ) -> Result<Self, Unavailable> {
        let Some(redis) = redis else {
            return Ok(Self(None));
        };
        let entry = Arc::new(Entry {
            redis: Arc::clone(redis),
            key: format!("{}:refresh", key_of(handle)),
            holder: format!("{:032x}", rand::random::<u128>()),
            noted: Mutex::default(),
        });
        let taken = tokio::time::timeout(PATIENCE, entry.take()).await;
        taken.map_err(anyhow::Error::from)??;
        Ok(Self(Some(Held {
            renewing: tokio::spawn(renew(Arc::clone(&entry))),
            entry,
            background: background.clone(),
        })))
    }

    /// Notes that the refresh token after so many `renewals` is about to be sent.
    pub(super) async fn note(&self, renewals: u64) -> Result<(), Unavailable> {
        let Some(Held { entry, .. }) = &self.0 else {
            return Ok(());
        };
        *entry.noted.lock() = Some(renewals);
        entry.write_note(renewals).await
    }

    /// Whether another holder noted that it sends the refresh token after so many `renewals`, and
    /// may still be at it.
    pub(super) async fn is_noted(&self, renewals: u64) -> Result<bool, Unavailable> {
        let Some(Held { entry, .. }) = &self.0 else {
            return Ok(false);
        };
        let noted: Option<u64> = entry.redis.run(cmd("GET").arg(entry.note())).await?;
        Ok(noted.is_some_and(|noted| noted >= renewals))
    }

    /// Takes the note back: its token is replaced, or was not spent.
    pub(super) async fn settle(&self) {
        let Some(Held { entry, .. }) = &self.0 else {
            return;
        };
        *entry.noted.lock() = None;
        let delete = cmd("DEL").arg(entry.note()).take();
        if let Err(error) = entry.redis.run::<()>(&delete).await {
            tracing::warn!(%error, "the note of a refresh was not taken back; it expires");
        }
    }
}

impl Entry {
    async fn take(&self) -> Result<(), Unavailable> {
        let mut set = cmd("SET");
        set.arg(&self.key).arg(&self.holder).arg("NX");
        set.arg("PX").arg(LIFETIME.as_millis());
        let mut waits = false;
        while self.redis.whole_for() < HOLDERS_FIRST
            || self.redis.run::<Option<String>>(&set).await?.is_none()
        {
            if !std::mem::replace(&mut waits, true) {
                counter!(metrics::LEASE_WAITS).increment(1);
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
        Ok(())
    }

    fn note(&self) -> String {
        format!("{}:sent", self.key)
    }

    async fn write_note(&self, renewals: u64) -> Result<(), Unavailable> {
        let mut set = cmd("SET");
        set.arg(self.note()).arg(renewals);
        set.arg("PX").arg(NOTE_LIFETIME.as_millis());
        self.redis.run(&set).await
    }

    /// Whether the lease is still this holder's.
    async fn hold(&self, lifetime: Duration) -> Result<bool, Unavailable> {
        let mut hold = HOLD.key(&self.key);
        hold.arg(&self.holder).arg(lifetime.as_millis());
        self.redis.run_script(&hold).await
    }
}

async fn renew(entry: Arc<Entry>) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        let noted = *entry.noted.lock();
        if let Some(renewals) = noted
            && let Err(error) = entry.write_note(renewals).await
        {
            tracing::warn!(%error, "the note of a refresh was not renewed");
        }
        match entry.hold(LIFETIME).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("the lease of a refresh was lost"),
            Err(error) => tracing::warn!(%error, "the lease of a refresh was not renewed"),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(held) = self.0.take() else { return };
        held.renewing.abort();
        held.background.spawn(async move {
            if let Err(error) = held.entry.hold(Duration::ZERO).await {
                tracing::warn!(%error, "the lease of a refresh was not given back; it expires");
            }
        });
    }
}
