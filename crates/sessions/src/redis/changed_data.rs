//! Changed data of client-side sessions in Redis, sealed.

use std::{sync::LazyLock, time::Duration};

use redis::{Script, cmd};
use sealed_cookies::Keyring;
use storage::Redis;

use super::{numbered, refreshed_tokens, store::key_of};
use crate::{
    Handle,
    session_data::SessionData,
    stores::{StoreResult, WriteOutcome},
};

/// Stores data that were changed more often than the stored ones. Returns 1, or 0 if the session
/// has ended, or -1. KEYS: data, refreshed tokens. ARGV: number of changes, value, lifetime in
/// milliseconds.
static KEEP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[2]) == 'ended' then return 0 end
         local held = redis.call('GET', KEYS[1])
         if held and tonumber(string.match(held, '^%d+')) >= tonumber(ARGV[1]) then return -1 end
         redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
         return 1",
    )
});

pub(super) async fn find(
    redis: &Redis,
    keyring: &Keyring,
    handle: Handle,
) -> StoreResult<Option<SessionData>> {
    let value: Option<Vec<u8>> = redis.run(cmd("GET").arg(key(handle))).await?;
    Ok(value.and_then(|value| numbered::open(keyring, handle, &value)))
}

pub(super) async fn keep(
    redis: &Redis,
    keyring: &Keyring,
    handle: Handle,
    data: &SessionData,
    lifetime: Duration,
) -> StoreResult<WriteOutcome> {
    let mut keep = KEEP.key(key(handle));
    keep.key(refreshed_tokens::key(handle))
        .arg(data.changes())
        .arg(numbered::seal(keyring, handle, data.changes(), data)?)
        .arg(lifetime.as_millis());
    Ok(match redis.run_script(&keep).await? {
        1 => WriteOutcome::Written,
        0 => WriteOutcome::Deleted,
        _ => WriteOutcome::Outdated,
    })
}

pub(super) async fn delete(redis: &Redis, handle: Handle) -> StoreResult<()> {
    redis.run(cmd("DEL").arg(key(handle))).await
}

fn key(handle: Handle) -> String {
    format!("{}:data", key_of(handle))
}
