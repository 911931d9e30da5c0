//! Where the newest tokens of a session are found and kept, so that whoever holds older ones is served these.
//!
//! Server-side they are in the stored session. Client-side the browser is given them, but a response can be lost or
//! overtaken by an older one, and other nodes know nothing of it; so they are remembered here for as long as the browser
//! may come back with the old ones (`SESSION_IDLE_TIMEOUT`): in memory, and sealed in Redis where there are several nodes.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use moka::sync::Cache;
use redis::{Script, cmd};

use crate::{
    oidc::Tokens,
    session::{
        Handle, Store, StoreUnavailable, UserSession,
        keys::Sealer,
        stores::{Replaced, key_of, number_and_value, numbered},
    },
    storage::redis::Redis,
};

/// Bytes of tokens remembered in memory for client-side sessions.
const CAPACITY: u64 = 64 * 1024 * 1024;

/// Keeps what was renewed more often. ARGV: number of renewals, value, milliseconds to keep it.
static KEEP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         if held and tonumber(string.match(held, '^%d+')) >= tonumber(ARGV[1]) then return 0 end
         redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
         return 1",
    )
});

/// What became of new tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::session) enum Kept {
    Yes,
    /// There is no such session any more.
    Ended,
}

/// The newest tokens of each session.
pub(in crate::session) enum NewestTokens {
    /// In the stored session.
    Stored(Store),
    /// Beside the browser.
    Remembered(Arc<Successors>),
}

/// Tokens that replaced those a browser may still hold.
pub struct Successors {
    here: Cache<Handle, Tokens>,
    shared: Option<(Arc<Redis>, Sealer)>,
    lifetime: Duration,
}

impl NewestTokens {
    /// The newest tokens of a session of which somebody holds `held`; `None` when the session is over.
    pub(in crate::session) async fn find(
        &self,
        handle: &Handle,
        held: &Tokens,
    ) -> Result<Option<Tokens>, StoreUnavailable> {
        match self {
            Self::Stored(store) => Ok(store
                .stored_now(handle)
                .await?
                .map(|session| session.tokens)),
            Self::Remembered(successors) => Ok(Some(successors.find(handle, held).await?)),
        }
    }

    /// Keeps new tokens, whoever else writes to the session. Never in the place of tokens that were renewed as often:
    /// who held the lease too long comes too late.
    pub(in crate::session) async fn keep(
        &self,
        handle: &Handle,
        tokens: &Tokens,
    ) -> Result<Kept, StoreUnavailable> {
        match self {
            Self::Stored(store) => {
                while let Some(stored) = store.stored_now(handle).await? {
                    let next = UserSession {
                        tokens: tokens.clone(),
                        ..stored.next_generation()
                    };
                    // Not fewer when an earlier try was written although its answer was lost.
                    if stored.tokens.renewals >= tokens.renewals
                        || store.replace(handle, &next).await? == Replaced::Yes
                    {
                        return Ok(Kept::Yes);
                    }
                }
                Ok(Kept::Ended)
            }
            Self::Remembered(successors) => {
                successors.keep(handle, tokens).await.map(|()| Kept::Yes)
            }
        }
    }
}

impl Successors {
    /// `lifetime`: how long a browser may hold old tokens and still come back.
    pub(in crate::session) fn new(
        lifetime: Duration,
        shared: Option<(Arc<Redis>, Sealer)>,
    ) -> Self {
        let weight = |_: &Handle, tokens: &Tokens| {
            let refresh = tokens
                .refresh_token
                .as_ref()
                .map_or(0, |token| token.expose().len());
            u32::try_from(tokens.access_token.expose().len() + refresh + 300).unwrap_or(u32::MAX)
        };
        let here = Cache::builder()
            .max_capacity(CAPACITY)
            .weigher(weight)
            .time_to_live(lifetime)
            .build();
        Self {
            here,
            shared,
            lifetime,
        }
    }

    /// The newest of the tokens that are held and those that this process knows.
    pub(in crate::session) fn newest_here(&self, handle: &Handle, held: &Tokens) -> Option<Tokens> {
        self.here
            .get(handle)
            .filter(|tokens| tokens.renewals > held.renewals)
    }

    async fn find(&self, handle: &Handle, held: &Tokens) -> Result<Tokens, StoreUnavailable> {
        if let Some((redis, sealer)) = &self.shared {
            let value: Option<Vec<u8>> = redis.run(cmd("GET").arg(successor_of(handle))).await?;
            let tokens = value.and_then(|value| open(sealer, handle, &value));
            if let Some(tokens) = tokens.filter(|tokens| tokens.renewals > held.renewals) {
                self.here.insert(handle.clone(), tokens);
            }
        }
        Ok(self
            .newest_here(handle, held)
            .unwrap_or_else(|| held.clone()))
    }

    async fn keep(&self, handle: &Handle, tokens: &Tokens) -> Result<(), StoreUnavailable> {
        if let Some((redis, sealer)) = &self.shared {
            let sealed = sealer.seal(
                &serde_json::to_vec(tokens).map_err(anyhow::Error::from)?,
                context(handle),
            )?;
            let (value, lifetime) = (
                numbered(tokens.renewals, &sealed),
                self.lifetime.as_millis(),
            );
            let mut call = KEEP.key(successor_of(handle));
            redis
                .run_script::<i32>(call.arg(tokens.renewals).arg(value).arg(lifetime))
                .await?;
        }
        self.here.insert(handle.clone(), tokens.clone());
        Ok(())
    }
}

fn successor_of(handle: &Handle) -> String {
    format!("{}:successor", key_of(handle))
}

fn open(sealer: &Sealer, handle: &Handle, value: &[u8]) -> Option<Tokens> {
    let (_, sealed) = number_and_value(value)?;
    serde_json::from_slice(&sealer.open(sealed, context(handle))?).ok()
}

fn context(handle: &Handle) -> &[u8] {
    handle.as_bytes()
}

impl std::fmt::Debug for Successors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Successors")
    }
}
