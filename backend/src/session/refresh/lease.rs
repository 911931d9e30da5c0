//! The lease of a refresh: one node at a time renews the tokens of a session.
//!
//! Renewed while the work runs, so it may be short: when its holder dies, the others wait no longer than this. What is
//! written under a lease that was lost is fenced by the number of renewals, see `newest_tokens`.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use ::metrics::counter;
use redis::{Script, cmd};
use tokio::task::JoinHandle;

use crate::{
    metrics,
    session::{Handle, StoreUnavailable, stores::key_of},
    storage::redis::Redis,
};

/// How long a lease outlives its holder.
pub const LIFETIME: Duration = Duration::from_millis(2_000);
/// How often a holder renews it.
const RENEW_EVERY: Duration = Duration::from_millis(500);
/// How often the others look whether it is free.
const ASK_EVERY: Duration = Duration::from_millis(25);
/// How long they wait at most: longer than the provider may take, retries included.
const PATIENCE: Duration = Duration::from_secs(40);

/// Renews (ARGV[2] > 0) or gives back a lease, if it is still this holder's.
static HOLD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
         if tonumber(ARGV[2]) > 0 then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
         return redis.call('DEL', KEYS[1])",
    )
});

/// Gives leases; on a single node nobody competes for them.
pub(in crate::session) struct Leases(pub(in crate::session) Option<Arc<Redis>>);

/// A lease that is held; given back when dropped.
pub(in crate::session) struct Lease(Option<Held>);

struct Held {
    redis: Arc<Redis>,
    key: String,
    holder: String,
    renewing: JoinHandle<()>,
}

impl Leases {
    /// Waits for the lease of this session.
    pub(in crate::session) async fn take(
        &self,
        handle: &Handle,
    ) -> Result<Lease, StoreUnavailable> {
        let Some(redis) = &self.0 else {
            return Ok(Lease(None));
        };
        let (key, holder) = (
            format!("{}:refresh", key_of(handle)),
            format!("{:032x}", rand::random::<u128>()),
        );
        let set = cmd("SET")
            .arg(&key)
            .arg(&holder)
            .arg("NX")
            .arg("PX")
            .arg(LIFETIME.as_millis())
            .take();
        let free = async {
            let mut waits = false;
            while redis.run::<Option<String>>(&set).await?.is_none() {
                if !std::mem::replace(&mut waits, true) {
                    counter!(metrics::LEASE_WAITS).increment(1);
                }
                tokio::time::sleep(ASK_EVERY).await;
            }
            Ok::<_, StoreUnavailable>(())
        };
        tokio::time::timeout(PATIENCE, free)
            .await
            .map_err(anyhow::Error::from)??;
        let renewing = tokio::spawn(renew(Arc::clone(redis), key.clone(), holder.clone()));
        Ok(Lease(Some(Held {
            redis: Arc::clone(redis),
            key,
            holder,
            renewing,
        })))
    }
}

async fn renew(redis: Arc<Redis>, key: String, holder: String) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        match hold(&redis, &key, &holder, LIFETIME).await {
            Ok(true) => {}
            Ok(false) => return tracing::warn!("the lease of a refresh was lost"),
            Err(error) => tracing::warn!(%error, "the lease of a refresh was not renewed"),
        }
    }
}

async fn hold(
    redis: &Redis,
    key: &str,
    holder: &str,
    lifetime: Duration,
) -> Result<bool, StoreUnavailable> {
    redis
        .run_script(HOLD.key(key).arg(holder).arg(lifetime.as_millis()))
        .await
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(held) = self.0.take() else { return };
        held.renewing.abort();
        tokio::spawn(async move {
            if let Err(error) = hold(&held.redis, &held.key, &held.holder, Duration::ZERO).await {
                tracing::warn!(%error, "the lease of a refresh was not given back; it expires");
            }
        });
    }
}
