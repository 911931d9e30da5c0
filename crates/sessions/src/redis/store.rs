//! Server-side sessions in Redis or Valkey, single or Cluster: for several machines.
//!
//! A session is one key, so a Cluster needs no multi-key commands. A new version replaces only the
//! one before it, in one round trip; creating a session takes at least three, deleting one two.
//! Limits: data that Redis itself loses (no persistence, a failover before replication) is lost.

use std::{
    num::NonZeroUsize,
    sync::{Arc, LazyLock},
};

use async_trait::async_trait;
use redis::{Script, cmd};
use sealed_cookies::Keyring;
use storage::{Clock, Redis, pseudonym};

use super::numbered::{number_and_value, numbered};
use crate::{
    Handle, Timeouts, UserSession,
    stores::{SessionStore, StoreResult, StoredSession, WriteOutcome, cache::SessionCache, record},
};

/// Replaces version n - 1 by version n. Returns 1, or 0 if the session was deleted, or -1 if
/// another version is stored.
static REPLACE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         if not held then return 0 end
         if tonumber(string.match(held, '^%d+')) ~= ARGV[1] - 1 then return -1 end
         redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
         return 1",
    )
});

/// Adds a session to its user's list, which is ordered by the last use (microseconds). Removes
/// sessions that have expired, and the least recently used beyond the limit, whose handles it
/// returns. ARGV: handle, idle timeout in microseconds, absolute timeout in milliseconds, limit.
static ADD_TO_LIST: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = time[1] * 1000000 + time[2]
         redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
         redis.call('ZADD', KEYS[1], now, ARGV[1])
         redis.call('PEXPIRE', KEYS[1], ARGV[3])
         local surplus = redis.call('ZCARD', KEYS[1]) - ARGV[4]
         if surplus <= 0 then return {} end
         local gone = redis.call('ZRANGE', KEYS[1], 0, surplus - 1)
         redis.call('ZREM', KEYS[1], unpack(gone))
         return gone",
    )
});

/// Records in its user's list that a session was used now. ARGV: handle.
static TOUCH_IN_LIST: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         return redis.call('ZADD', KEYS[1], 'XX', time[1] * 1000000 + time[2], ARGV[1])",
    )
});

/// Sessions in Redis, served from memory as long as Redis pushes changes.
pub(super) struct RedisStore {
    pub(super) redis: Arc<Redis>,
    pub(super) cache: Arc<SessionCache>,
    pub(super) keyring: Keyring,
    pub(super) timeouts: Timeouts,
    pub(super) clock: Clock,
}

/// The key of a session. The braces keep all of its keys in one slot of a Cluster.
pub(super) fn key_of(handle: Handle) -> String {
    format!("session:{{{handle}}}")
}

/// The session of a key.
pub(super) fn handle_of(key: &str) -> Option<Handle> {
    let handle = key.strip_prefix("session:{")?.strip_suffix('}')?;
    handle.parse().ok()
}

/// The key of a user's list of sessions.
fn list_of(user: &str) -> String {
    format!("sessions-of:{}", pseudonym(user))
}

impl RedisStore {
    /// Reads and deletes a key in one step.
    async fn take(&self, handle: Handle) -> StoreResult<Option<Arc<UserSession>>> {
        let held = self.redis.run(cmd("GETDEL").arg(key_of(handle))).await;
        self.cache.forget(handle);
        let held: Option<Vec<u8>> = held?;
        Ok(held.and_then(|held| self.open(handle, &held)))
    }

    /// The value of the key, `version.sealed`, and its lifetime in milliseconds.
    fn value(&self, handle: Handle, session: &UserSession) -> anyhow::Result<(Vec<u8>, i64)> {
        let sealed = record::seal(&self.keyring, handle, session)?;
        let until = session.kept_until(&self.timeouts).as_millisecond();
        let left = until - self.clock.now().as_millisecond();
        Ok((numbered(session.version, &sealed), left.max(1)))
    }

    fn open(&self, handle: Handle, value: &[u8]) -> Option<Arc<UserSession>> {
        let (version, sealed) = number_and_value(value)?;
        record::open(&self.keyring, handle, version, sealed)
    }
}

#[async_trait]
impl SessionStore for RedisStore {
    fn cached(&self, handle: Handle) -> Option<Arc<UserSession>> {
        let coherent = self.redis.is_coherent();
        coherent.then(|| self.cache.get(handle)).flatten()
    }

    async fn load(&self, handle: Handle) -> StoreResult<Option<Arc<UserSession>>> {
        let reading = self.cache.begin(handle);
        let held: Option<Vec<u8>> = self.redis.run(cmd("GET").arg(key_of(handle))).await?;
        let session = held.and_then(|held| self.open(handle, &held));
        session.iter().for_each(|session| reading.finish(session));
        Ok(session)
    }

    /// Writes the list first: it may contain a session that does not exist, but never lacks one
    /// that does. A session that a concurrent sign-in has removed from the list is deleted
    /// again.
    async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
        limit: NonZeroUsize,
    ) -> StoreResult<Vec<StoredSession>> {
        let (value, lifetime) = self.value(handle, session)?;
        let list = list_of(&session.user.id);
        let mut add_to_list = ADD_TO_LIST.key(&list);
        add_to_list
            .arg(handle.to_string())
            .arg(self.timeouts.idle.as_micros())
            .arg(self.timeouts.absolute.as_millis())
            .arg(limit.get());
        let surplus: Vec<String> = self.redis.run_script(&add_to_list).await?;
        let mut set = cmd("SET");
        set.arg(key_of(handle)).arg(value).arg("NX");
        self.redis.run::<()>(set.arg("PX").arg(lifetime)).await?;
        let rank = cmd("ZSCORE").arg(&list).arg(handle.to_string()).take();
        let is_surplus = self.redis.run::<Option<f64>>(&rank).await?.is_none();
        let surplus = surplus.iter().filter_map(|handle| handle.parse().ok());
        let mut gone = Vec::new();
        for handle in is_surplus.then_some(handle).into_iter().chain(surplus) {
            gone.extend(self.take(handle).await?.map(|session| (handle, session)));
        }
        Ok(gone)
    }

    async fn replace(&self, handle: Handle, session: &UserSession) -> StoreResult<WriteOutcome> {
        let (value, lifetime) = self.value(handle, session)?;
        let mut replace = REPLACE.key(key_of(handle));
        replace.arg(session.version).arg(value).arg(lifetime);
        let answer = self.redis.run_script(&replace).await;
        self.cache.forget(handle);
        Ok(match answer? {
            1 => WriteOutcome::Written,
            0 => WriteOutcome::Deleted,
            _ => WriteOutcome::Outdated,
        })
    }

    async fn note_use(&self, handle: Handle, session: &UserSession) -> StoreResult<()> {
        let mut touch = TOUCH_IN_LIST.key(list_of(&session.user.id));
        self.redis.run_script(touch.arg(handle.to_string())).await
    }

    async fn delete(&self, handle: Handle, user: &str) -> StoreResult<Option<Arc<UserSession>>> {
        let ended = self.take(handle).await?;
        let unlist = cmd("ZREM")
            .arg(list_of(user))
            .arg(handle.to_string())
            .take();
        self.redis.run::<()>(&unlist).await?;
        Ok(ended)
    }

    async fn handles_of(&self, user: &str) -> StoreResult<Vec<Handle>> {
        let range = cmd("ZRANGE").arg(list_of(user)).arg(0).arg(-1).take();
        let handles: Vec<String> = self.redis.run(&range).await?;
        Ok(handles
            .iter()
            .filter_map(|handle| handle.parse().ok())
            .collect())
    }
}
