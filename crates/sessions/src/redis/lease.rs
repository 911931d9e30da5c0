//! The lease of a refresh: one node at a time renews the tokens of a session.
//!
//! The holder renews it during the work, so it may be short: if the holder dies, the others wait no
//! longer than this. A write under a lost lease is fenced by the number of renewals, see
//! `Store::keep_tokens`.
//!
//! The holder first records which refresh token it sends: from then on the token may be spent, even
//! if the response is lost. This note outlives the lease. The next holder with the same token waits
//! for the new tokens before it sends a spent one.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use ::metrics::counter;
use oidc_client::Background;
use parking_lot::Mutex;
use redis::{Script, cmd};
use storage::{Redis, Unavailable};
use tokio::task::JoinHandle;

use crate::{Handle, metrics, stores::key_of};

/// Time by which a lease outlives its holder.
pub const LIFETIME: Duration = Duration::from_millis(2_000);
/// Pause between two renewals of a lease.
const RENEW_INTERVAL: Duration = Duration::from_millis(500);
/// After a reconnect, nobody acquires a lease for this long: holders re-create the leases that
/// Redis lost.
const HOLDERS_FIRST: Duration = LIFETIME;
/// Pause between two attempts to acquire a lease.
const ACQUIRE_INTERVAL: Duration = Duration::from_millis(25);
/// Longest wait for a lease: longer than the provider may take, with retries.
const LEASE_WAIT: Duration = Duration::from_secs(40);
/// Time by which the note outlives the last renewal of its holder's lease.
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

/// A lease that is held; a single node needs none. Released in the background when dropped.
pub(crate) struct Lease(Option<Held>);

struct Held {
    entry: Arc<LeaseKey>,
    background: Background,
    renewing: JoinHandle<()>,
}

/// The keys of a lease in Redis.
struct LeaseKey {
    redis: Arc<Redis>,
    key: String,
    holder: String,
    noted: Mutex<Option<u64>>,
}

impl Lease {
    /// Waits for the lease of this session.
    pub(super) async fn take(
        redis: Option<&Arc<Redis>>,
        handle: Handle,
        background: &Background,
    ) -> Result<Self, Unavailable> {
        let Some(redis) = redis else {
            return Ok(Self(None));
        };
        let entry = Arc::new(LeaseKey {
            redis: Arc::clone(redis),
            key: format!("{}:refresh", key_of(handle)),
            holder: format!("{:032x}", rand::random::<u128>()),
            noted: Mutex::default(),
        });
        let taken = tokio::time::timeout(LEASE_WAIT, entry.take()).await;
        taken.map_err(anyhow::Error::from)??;
        Ok(Self(Some(Held {
            renewing: tokio::spawn(renew(Arc::clone(&entry))),
            entry,
            background: background.clone(),
        })))
    }

    /// Records that the refresh token after this number of `renewals` is about to be sent.
    pub(super) async fn note(&self, renewals: u64) -> Result<(), Unavailable> {
        let Some(Held { entry, .. }) = &self.0 else {
            return Ok(());
        };
        *entry.noted.lock() = Some(renewals);
        entry.write_note(renewals).await
    }

    /// Returns whether another holder recorded that it sends the refresh token after this number of
    /// `renewals`, and may still be alive.
    pub(super) async fn is_noted(&self, renewals: u64) -> Result<bool, Unavailable> {
        let Some(Held { entry, .. }) = &self.0 else {
            return Ok(false);
        };
        let noted: Option<u64> = entry.redis.run(cmd("GET").arg(entry.note())).await?;
        Ok(noted.is_some_and(|noted| noted >= renewals))
    }

    /// Deletes the note: its token is replaced, or was not spent.
    pub(super) async fn clear_note(&self) {
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

impl LeaseKey {
    async fn take(&self) -> Result<(), Unavailable> {
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

    fn note(&self) -> String {
        format!("{}:sent", self.key)
    }

    async fn write_note(&self, renewals: u64) -> Result<(), Unavailable> {
        let mut set = cmd("SET");
        set.arg(self.note()).arg(renewals);
        set.arg("PX").arg(NOTE_LIFETIME.as_millis());
        self.redis.run(&set).await
    }

    /// Renews the lease, or releases it after zero. Returns whether it was still this holder's.
    async fn hold(&self, lifetime: Duration) -> Result<bool, Unavailable> {
        let mut hold = HOLD.key(&self.key);
        hold.arg(&self.holder).arg(lifetime.as_millis());
        self.redis.run_script(&hold).await
    }
}

async fn renew(entry: Arc<LeaseKey>) {
    loop {
        tokio::time::sleep(RENEW_INTERVAL).await;
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
