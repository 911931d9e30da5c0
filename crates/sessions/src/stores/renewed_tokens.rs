//! Renewed tokens that a browser's cookies may not contain yet.
//!
//! A response can be lost or overtaken by an older one, and other nodes do not see it. So the
//! newest tokens of a client-side session are kept for as long as the browser may come back with
//! older ones (`SESSION_IDLE_TIMEOUT`): in memory, and sealed in Redis if there are several nodes.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use moka::sync::Cache;
use redis::{Script, cmd};
use sealed_cookies::Keyring;
use storage::{Redis, Unavailable};

use super::{
    record::{number_and_value, numbered},
    redis::key_of,
};
use crate::{Handle, SessionTokens, UserSession};

/// Bytes of tokens remembered in memory.
const CAPACITY: u64 = 64 * 1024 * 1024;

/// What stands in the place of tokens once their session has ended.
const ENDED: &str = "ended";

/// Keeps what was renewed more often, and gives back what is kept now. ARGV: number of renewals,
/// value, milliseconds to keep it.
static KEEP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         if held == 'ended' then return held end
         if held and tonumber(string.match(held, '^%d+')) >= tonumber(ARGV[1]) then return held end
         redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
         return ARGV[2]",
    )
});

/// The newest tokens of client-side sessions.
pub struct RenewedTokens {
    here: Cache<Handle, SessionTokens>,
    shared: Option<(Arc<Redis>, Keyring)>,
    lifetime: Duration,
}

impl RenewedTokens {
    /// `lifetime`: how long a browser may hold old tokens and still come back.
    pub(crate) fn new(lifetime: Duration, shared: Option<(Arc<Redis>, Keyring)>) -> Self {
        let weight = |_: &Handle, tokens: &SessionTokens| {
            u32::try_from(tokens.text_length() + 300).unwrap_or(u32::MAX)
        };
        Self {
            here: Cache::builder()
                .max_capacity(CAPACITY)
                .weigher(weight)
                .time_to_live(lifetime)
                .build(),
            shared,
            lifetime,
        }
    }

    /// The session with the newest tokens that this process knows of.
    pub(crate) fn newest_here(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
    ) -> Arc<UserSession> {
        with_newer(session, self.here.get(&handle))
    }

    /// Returns the session with the newest tokens that any node knows of, or `None` if it has
    /// ended: the mark that takes the place of its tokens may arrive before the revocation.
    pub(crate) async fn newest(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
    ) -> Result<Option<Arc<UserSession>>, Unavailable> {
        if let Some((redis, keyring)) = &self.shared {
            let value: Option<Vec<u8>> = redis.run(cmd("GET").arg(key(handle))).await?;
            if value.as_deref() == Some(ENDED.as_bytes()) {
                return Ok(None);
            }
            let tokens = value.and_then(|value| open(keyring, handle, &value));
            if let Some(tokens) = tokens.filter(|tokens| is_newer(tokens, session)) {
                self.here.insert(handle, tokens);
            }
        }
        Ok(Some(self.newest_here(handle, session)))
    }

    /// Remembers new tokens until the browser holds them, never in the place of tokens that were
    /// renewed as often. Gives back the session with those that are kept now; `None` when it has
    /// ended.
    pub(crate) async fn keep(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &SessionTokens,
    ) -> Result<Option<Arc<UserSession>>, Unavailable> {
        let mut kept = tokens.clone();
        if let Some((redis, keyring)) = &self.shared {
            let json = serde_json::to_vec(tokens).map_err(anyhow::Error::from)?;
            let sealed = keyring
                .seal(&json, handle.as_bytes())
                .map_err(anyhow::Error::from)?;
            let mut keep = KEEP.key(key(handle));
            keep.arg(tokens.renewals)
                .arg(numbered(tokens.renewals, &sealed))
                .arg(self.lifetime.as_millis());
            let held: Vec<u8> = redis.run_script(&keep).await?;
            if held == ENDED.as_bytes() {
                return Ok(None);
            }
            kept = open(keyring, handle, &held).unwrap_or(kept);
        }
        self.here.insert(handle, kept.clone());
        Ok(Some(Arc::new(session.with_tokens(kept))))
    }

    /// Remembers no tokens any more of a session that has ended, whoever still brings some, and
    /// gives back what it last was.
    pub(crate) async fn end(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
    ) -> Result<Arc<UserSession>, Unavailable> {
        let mut last = self.here.get(&handle);
        if let Some((redis, keyring)) = &self.shared {
            let mut set = cmd("SET");
            set.arg(key(handle)).arg(ENDED).arg("GET");
            set.arg("PX").arg(self.lifetime.as_millis());
            let value: Option<Vec<u8>> = redis.run(&set).await?;
            let tokens = value.and_then(|value| open(keyring, handle, &value));
            last = tokens.filter(|tokens| is_newer(tokens, session)).or(last);
        }
        Ok(with_newer(session, last))
    }
}

fn with_newer(session: &Arc<UserSession>, tokens: Option<SessionTokens>) -> Arc<UserSession> {
    match tokens.filter(|tokens| is_newer(tokens, session)) {
        Some(tokens) => Arc::new(session.with_tokens(tokens)),
        None => Arc::clone(session),
    }
}

fn is_newer(tokens: &SessionTokens, session: &UserSession) -> bool {
    tokens.renewals > session.tokens.renewals
}

fn key(handle: Handle) -> String {
    format!("{}:successor", key_of(handle))
}

fn open(keyring: &Keyring, handle: Handle, value: &[u8]) -> Option<SessionTokens> {
    let (_, sealed) = number_and_value(value)?;
    serde_json::from_slice(&keyring.open(sealed, handle.as_bytes())?).ok()
}
