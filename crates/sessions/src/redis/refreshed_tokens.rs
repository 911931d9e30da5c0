//! Refreshed tokens of client-side sessions in Redis, sealed.

use std::{sync::LazyLock, time::Duration};

use redis::{Script, cmd};
use sealed_cookies::Keyring;
use storage::Redis;

use super::{numbered, store::key_of};
use crate::{Handle, SessionTokens, nodes::Refreshed, stores::StoreResult};

/// The mark of an ended session, in the place of its tokens.
const ENDED: &str = "ended";

/// Stores tokens that were refreshed more often than the stored ones, and returns the stored ones.
/// ARGV: number of refreshes, value, lifetime in milliseconds.
static KEEP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         if held == 'ended' then return held end
         if held and tonumber(string.match(held, '^%d+')) >= tonumber(ARGV[1]) then return held end
         redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
         return ARGV[2]",
    )
});

pub(super) async fn find(
    redis: &Redis,
    keyring: &Keyring,
    handle: Handle,
) -> StoreResult<Refreshed> {
    let value = redis.run(cmd("GET").arg(key(handle))).await?;
    Ok(open(keyring, handle, value))
}

pub(super) async fn keep(
    redis: &Redis,
    keyring: &Keyring,
    handle: Handle,
    tokens: &SessionTokens,
    lifetime: Duration,
) -> StoreResult<Refreshed> {
    let number = tokens.refresh_count;
    let mut keep = KEEP.key(key(handle));
    keep.arg(number)
        .arg(numbered::seal(keyring, handle, number, tokens)?)
        .arg(lifetime.as_millis());
    Ok(open(keyring, handle, redis.run_script(&keep).await?))
}

pub(super) async fn end(
    redis: &Redis,
    keyring: &Keyring,
    handle: Handle,
    lifetime: Duration,
) -> StoreResult<Refreshed> {
    let mut set = cmd("SET");
    set.arg(key(handle)).arg(ENDED).arg("GET");
    set.arg("PX").arg(lifetime.as_millis());
    Ok(open(keyring, handle, redis.run(&set).await?))
}

pub(super) fn key(handle: Handle) -> String {
    format!("{}:successor", key_of(handle))
}

fn open(keyring: &Keyring, handle: Handle, value: Option<Vec<u8>>) -> Refreshed {
    if value.as_deref() == Some(ENDED.as_bytes()) {
        return Refreshed::Ended;
    }
    let tokens = value.and_then(|value| numbered::open(keyring, handle, &value));
    tokens.map_or(Refreshed::None, Refreshed::Tokens)
}
