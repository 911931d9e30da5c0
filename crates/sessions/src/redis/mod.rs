//! Sessions in Redis or Valkey, and the state that several nodes share.

mod changed_data;
mod lease;
mod numbered;
mod refreshed_tokens;
mod store;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use oidc_client::Background;
use revocation_list::RevocationList;
use sealed_cookies::Keyring;
use secrecy::SecretString;
use storage::{Clock, Push, Redis};
use tokio::sync::Notify;

use crate::{
    Handle, SessionTokens, Settings, StoreKind,
    event_streams::EventStreams,
    nodes::{Lease, Leases, Nodes, Refreshed},
    opened::Opened,
    purposes,
    session_data::SessionData,
    stores::{
        SessionStore, StoreResult, WriteOutcome, browser, cache::SessionCache,
        server::ServerSessions,
    },
};
use lease::RedisLease;
use store::{RedisStore, handle_of};

/// The Redis channel on which nodes send each other events of sessions.
const CHANNEL: &str = "session-events";

/// Opens the store in Redis.
pub(crate) async fn open(
    urls: &SecretString,
    settings: &Settings,
    clock: &Clock,
    own: Option<Arc<dyn SessionStore>>,
    streams: &Arc<EventStreams>,
) -> anyhow::Result<Opened> {
    let (cache, revoked) = (Arc::new(SessionCache::new()), Arc::new(Notify::new()));
    let on_push = dispatch(&cache, &revoked, streams);
    let redis = Redis::open(urls, settings.store_timeout, clock.clone(), on_push).await?;
    let nodes: Arc<dyn Nodes> = Arc::new(RedisNodes {
        redis: Arc::clone(&redis),
        refreshed_tokens: Keyring::new(&settings.secrets, purposes::REFRESHED_TOKENS),
        changed_data: Keyring::new(&settings.secrets, purposes::CHANGED_DATA),
    });
    streams.share(&nodes);
    if let Err(error) = redis.subscribe(CHANNEL).await {
        tracing::warn!(%error, "this node receives no events of other nodes");
    }
    let max_session_lifetime = settings.timeouts.absolute;
    let revocations = RevocationList::open_shared(
        Arc::clone(&redis),
        max_session_lifetime,
        revoked,
        clock.clone(),
    )
    .await?;
    let backend = match (own, settings.store) {
        (Some(own), _) => Box::new(ServerSessions(own)),
        (None, StoreKind::Redis) => Box::new(ServerSessions(Arc::new(RedisStore {
            redis: Arc::clone(&redis),
            cache,
            keyring: Keyring::new(&settings.secrets, purposes::STORED_SESSION),
            timeouts: settings.timeouts,
            clock: clock.clone(),
        }))),
        (None, StoreKind::Cookie) => browser::open(settings, Some(Arc::clone(&nodes))),
        (None, StoreKind::Sqlite) => {
            anyhow::bail!("`StoreKind::Sqlite` is for one machine, without `redis_url`")
        }
    };
    Ok(Opened {
        backend,
        revocations,
        leases: Some(Arc::clone(&nodes) as _),
        nodes: Some(nodes),
        redis: Some(redis),
    })
}

/// The state that nodes share in Redis.
struct RedisNodes {
    redis: Arc<Redis>,
    /// Seals the refreshed tokens.
    refreshed_tokens: Keyring,
    /// Seals the changed data.
    changed_data: Keyring,
}

#[async_trait]
impl Leases for RedisNodes {
    async fn take_lease(
        &self,
        handle: Handle,
        background: &Background,
    ) -> StoreResult<Box<dyn Lease>> {
        let lease = RedisLease::acquire(&self.redis, handle, background).await?;
        Ok(Box::new(lease))
    }
}

#[async_trait]
impl Nodes for RedisNodes {
    async fn refreshed_tokens(&self, handle: Handle) -> StoreResult<Refreshed> {
        refreshed_tokens::find(&self.redis, &self.refreshed_tokens, handle).await
    }

    async fn keep_refreshed_tokens(
        &self,
        handle: Handle,
        tokens: &SessionTokens,
        lifetime: Duration,
    ) -> StoreResult<Refreshed> {
        let keyring = &self.refreshed_tokens;
        refreshed_tokens::keep(&self.redis, keyring, handle, tokens, lifetime).await
    }

    async fn end_refreshed_tokens(
        &self,
        handle: Handle,
        lifetime: Duration,
    ) -> StoreResult<Refreshed> {
        let tokens = &self.refreshed_tokens;
        let ended = refreshed_tokens::end(&self.redis, tokens, handle, lifetime).await?;
        // After the mark, which keeps a slower change from writing the data again.
        changed_data::delete(&self.redis, handle).await?;
        Ok(ended)
    }

    async fn changed_data(&self, handle: Handle) -> StoreResult<Option<SessionData>> {
        changed_data::find(&self.redis, &self.changed_data, handle).await
    }

    async fn keep_changed_data(
        &self,
        handle: Handle,
        data: &SessionData,
        lifetime: Duration,
    ) -> StoreResult<WriteOutcome> {
        changed_data::keep(&self.redis, &self.changed_data, handle, data, lifetime).await
    }

    fn publish(&self, message: Vec<u8>) {
        let redis = Arc::clone(&self.redis);
        tokio::spawn(async move {
            if let Err(error) = redis.publish(CHANNEL, message).await {
                tracing::debug!(%error, "an event was not sent to the other nodes");
            }
        });
    }

    async fn check(&self) -> StoreResult<()> {
        self.redis.check().await
    }
}

/// Dispatches the push messages of Redis.
fn dispatch(
    cache: &Arc<SessionCache>,
    revoked: &Arc<Notify>,
    streams: &Arc<EventStreams>,
) -> impl Fn(Push) + use<> {
    let (cache, revoked) = (Arc::clone(cache), Arc::clone(revoked));
    let streams = Arc::clone(streams);
    move |push| {
        let is_list_changed = RevocationList::is_changed_by(&push);
        match push {
            Push::Message(message) => streams.receive(&message),
            Push::Changed(key) => {
                if let Some(handle) = handle_of(&key) {
                    cache.forget(handle);
                }
            }
            Push::Lost => cache.forget_all(),
        }
        if is_list_changed {
            revoked.notify_one();
        }
    }
}
