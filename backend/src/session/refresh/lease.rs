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

/// Gives leases; on a single node nobody competes for them.
pub(in crate::session) struct Leases(pub(in crate::session) Option<Arc<Redis>>);

/// A lease that is held; given back when dropped.
pub(in crate::session) struct Lease(Option<Held>);

struct Held {
    redis: Arc<Redis>,
    background: Background,
    key: String,
    holder: String,
    note: Arc<parking_lot::Mutex<Option<u64>>>,
    renewing: JoinHandle<()>,
}

impl Leases {
    /// Waits for the lease of this session; it is given back in the background.
    pub(in crate::session) async fn take(
        &self,
        handle: Handle,
        background: &Background,
    ) -> Result<Lease, Unavailable> {
        let Some(redis) = &self.0 else {
            return Ok(Lease(None));
        };
        let key = format!("{}:refresh", key_of(handle));
        let holder = format!("{:032x}", rand::random::<u128>());
        let mut set = cmd("SET");
        set.arg(&key).arg(&holder).arg("NX");
        set.arg("PX").arg(LIFETIME.as_millis());
        let free = async {
            let mut waits = false;
            while redis.whole_for() < HOLDERS_FIRST
                || redis.run::<Option<String>>(&set).await?.is_none()
            {
                if !std::mem::replace(&mut waits, true) {
                    counter!(metrics::LEASE_WAITS).increment(1);
                }
                tokio::time::sleep(ASK_EVERY).await;
            }
            Ok::<_, Unavailable>(())
        };
        let taken = tokio::time::timeout(PATIENCE, free).await;
        taken.map_err(anyhow::Error::from)??;
        let note = Arc::default();
        let renewing = renew(
            Arc::clone(redis),
            key.clone(),
            holder.clone(),
            Arc::clone(&note),
        );
        Ok(Lease(Some(Held {
            redis: Arc::clone(redis),
            background: background.clone(),
            key,
            holder,
            note,
            renewing: tokio::spawn(renewing),
        })))
    }
}

impl Lease {
    /// Notes that the refresh token after so many `renewals` is about to be sent.
    pub(super) async fn note(&self, renewals: u64) -> Result<(), Unavailable> {
        let Some(held) = &self.0 else { return Ok(()) };
        *held.note.lock() = Some(renewals);
        write_note(&held.redis, &held.key, renewals).await
    }

    /// Whether another holder noted that it sends the refresh token after so many `renewals`, and
    /// may still be at it.
    pub(super) async fn is_noted(&self, renewals: u64) -> Result<bool, Unavailable> {
        let Some(held) = &self.0 else {
            return Ok(false);
        };
        let noted: Option<u64> = held.redis.run(cmd("GET").arg(note_of(&held.key))).await?;
        Ok(noted.is_some_and(|noted| noted >= renewals))
    }

    /// Takes the note back: its token is replaced, or was not spent.
    pub(super) async fn settle(&self) {
        let Some(held) = &self.0 else { return };
        *held.note.lock() = None;
        let delete = cmd("DEL").arg(note_of(&held.key)).take();
        if let Err(error) = held.redis.run::<()>(&delete).await {
            tracing::warn!(%error, "the note of a refresh was not taken back; it expires");
        }
    }
}

fn note_of(lease: &str) -> String {
    format!("{lease}:sent")
}

async fn write_note(redis: &Redis, lease: &str, renewals: u64) -> Result<(), Unavailable> {
    let mut set = cmd("SET");
    set.arg(note_of(lease)).arg(renewals);
    redis
        .run(set.arg("PX").arg(NOTE_LIFETIME.as_millis()))
        .await
}

async fn renew(
    redis: Arc<Redis>,
    key: String,
    holder: String,
    note: Arc<parking_lot::Mutex<Option<u64>>>,
) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        let noted = *note.lock();
        if let Some(renewals) = noted
            && let Err(error) = write_note(&redis, &key, renewals).await
        {
            tracing::warn!(%error, "the note of a refresh was not renewed");
        }
        match hold(&redis, &key, &holder, LIFETIME).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("the lease of a refresh was lost"),
            Err(error) => tracing::warn!(%error, "the lease of a refresh was not renewed"),
        }
    }
}

async fn hold(
    redis: &Redis,
    key: &str,
    holder: &str,
    lifetime: Duration,
) -> Result<bool, Unavailable> {
    let mut hold = HOLD.key(key);
    redis
        .run_script(hold.arg(holder).arg(lifetime.as_millis()))
        .await
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(held) = self.0.take() else { return };
        held.renewing.abort();
        held.background.spawn(async move {
            if let Err(error) = hold(&held.redis, &held.key, &held.holder, Duration::ZERO).await {
                tracing::warn!(%error, "the lease of a refresh was not given back; it expires");
            }
        });
    }
}
