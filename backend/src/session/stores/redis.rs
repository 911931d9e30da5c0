//! Server-side sessions in Redis or Valkey, single or Cluster: for several machines.
//!
//! A session is one key, so a Cluster needs no multi-key commands. Every change of one is one round trip, and is only ever
//! made to the version it was made from. Limits: what Redis itself forgets (no persistence, a failover before replication) is
//! lost; see docs/decisions.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use redis::{Script, cmd};

use super::{
    StoreUnavailable,
    cache::SessionCache,
    record::{self, Replaced, number_and_value, numbered},
};
use crate::{
    clock::Clock,
    session::{Handle, Timeouts, UserSession, id::pseudonym, keys::Sealer},
    storage::redis::Redis,
};

/// Replaces version n - 1 by version n: 1, or 0 when there is no session any more, or -1 for any other version.
static REPLACE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         if not held then return 0 end
         if tonumber(string.match(held, '^%d+')) ~= ARGV[1] - 1 then return -1 end
         redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
         return 1",
    )
});

/// Adds a session to its user's list, and drops those that can no longer exist. ARGV: handle, longest life of a session
/// in milliseconds.
static ENLIST: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = math.floor(time[1] * 1000 + time[2] / 1000)
         redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
         redis.call('ZADD', KEYS[1], now, ARGV[1])
         redis.call('PEXPIRE', KEYS[1], ARGV[2])",
    )
});

/// Takes sessions that were not found off their user's list, unless one was added so lately that it may be about to be
/// written. ARGV: milliseconds of that, handles.
static UNLIST: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local settled = math.floor(time[1] * 1000 + time[2] / 1000) - ARGV[1]
         for index = 2, #ARGV do
             local added = redis.call('ZSCORE', KEYS[1], ARGV[index])
             if added and tonumber(added) < settled then redis.call('ZREM', KEYS[1], ARGV[index]) end
         end",
    )
});

/// Sessions in Redis, served from memory for as long as Redis tells what changes.
pub struct RedisStore {
    pub(crate) redis: Arc<Redis>,
    pub(crate) cache: Arc<SessionCache>,
    pub(crate) sealer: Sealer,
    pub(crate) timeouts: Timeouts,
    pub(crate) clock: Clock,
}

/// A session is written this soon after it was put on its user's list, or never.
const SETTLED: Duration = Duration::from_secs(60);

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

/// The key of a user's list of sessions.
fn list_of(user: &str) -> String {
    format!("sessions-of:{}", pseudonym(user))
}

impl RedisStore {
    pub(crate) fn cached(&self, handle: &Handle) -> Option<Arc<str>> {
        if self.redis.is_coherent() {
            self.cache.get(handle)
        } else {
            None
        }
    }

    pub(crate) async fn read(&self, handle: &Handle) -> Result<Option<Arc<str>>, StoreUnavailable> {
        let reading = self.cache.begin(handle);
        let held: Option<Vec<u8>> = self.redis.run(cmd("GET").arg(key_of(handle))).await?;
        let json = held.and_then(|held| self.open(handle, &held));
        json.iter().for_each(|json| reading.finish(json));
        Ok(json)
    }

    pub(crate) async fn create(
        &self,
        handle: &Handle,
        session: &UserSession,
    ) -> Result<(), StoreUnavailable> {
        let (value, lifetime) = self.value(handle, session)?;
        // The user's list first: it may name a session that does not exist, but never lacks one that does.
        let list = list_of(&session.user.id);
        let mut call = ENLIST.key(list);
        let times = call
            .arg(handle.to_string())
            .arg(self.timeouts.absolute.as_millis());
        self.redis.run_script::<()>(times).await?;
        self.redis
            .run(
                cmd("SET")
                    .arg(key_of(handle))
                    .arg(value)
                    .arg("NX")
                    .arg("PX")
                    .arg(lifetime),
            )
            .await
    }

    pub(crate) async fn replace(
        &self,
        handle: &Handle,
        session: &UserSession,
    ) -> Result<Replaced, StoreUnavailable> {
        let (value, lifetime) = self.value(handle, session)?;
        let mut call = REPLACE.key(key_of(handle));
        let answer = self
            .redis
            .run_script(call.arg(session.generation).arg(value).arg(lifetime))
            .await;
        self.cache.forget(handle);
        Ok(match answer? {
            1 => Replaced::Yes,
            0 => Replaced::Ended,
            _ => Replaced::Outdated,
        })
    }

    pub(crate) async fn end(&self, handle: &Handle) -> Result<(), StoreUnavailable> {
        let answer = self.redis.run(cmd("DEL").arg(key_of(handle))).await;
        self.cache.forget(handle);
        answer
    }

    /// The handles of a user's sessions, among others that have ended.
    pub(crate) async fn handles_of(&self, user: &str) -> Result<Vec<Handle>, StoreUnavailable> {
        let handles: Vec<String> = self
            .redis
            .run(cmd("ZRANGE").arg(list_of(user)).arg(0).arg(-1))
            .await?;
        Ok(handles
            .iter()
            .filter_map(|handle| handle.parse().ok())
            .collect())
    }

    /// Forgets that these were sessions of the user.
    pub(crate) async fn unlist(
        &self,
        user: &str,
        ended: &[&Handle],
    ) -> Result<(), StoreUnavailable> {
        if ended.is_empty() {
            return Ok(());
        }
        let mut call = UNLIST.key(list_of(user));
        call.arg(SETTLED.as_millis());
        for handle in ended {
            call.arg(handle.to_string());
        }
        self.redis.run_script(&call).await
    }

    /// What the key holds, `generation.sealed`, and the milliseconds until Redis forgets it.
    fn value(&self, handle: &Handle, session: &UserSession) -> anyhow::Result<(Vec<u8>, i64)> {
        let sealed = record::seal(&self.sealer, handle, session)?;
        let left = session.idle_expires_at(&self.timeouts).as_millisecond()
            - self.clock.now().as_millisecond();
        Ok((numbered(session.generation, &sealed), left.max(1)))
    }

    fn open(&self, handle: &Handle, value: &[u8]) -> Option<Arc<str>> {
        let (generation, sealed) = number_and_value(value)?;
        record::open(&self.sealer, handle, generation, sealed)
    }
}
