//! Opens the store that the settings ask for.

use std::sync::Arc;

use revocation_list::RevocationList;
use sealed_cookies::Keyring;
use storage::{Clock, Database, Push, Redis};
use tokio::sync::Notify;

use crate::{
    Settings,
    event_streams::EventStreams,
    purposes,
    stores::{
        SessionStore, Store, StoreKind,
        browser::BrowserSessions,
        cache::SessionCache,
        holder::Holder,
        redis::{RedisStore, handle_of},
        renewed_tokens::RenewedTokens,
        server::ServerSessions,
        sqlite::SqliteStore,
    },
};

/// The store, and what goes with it.
pub struct Stores {
    /// The sessions.
    pub store: Arc<Store>,
    /// The revoked sessions: in Redis if there is one, else in a file of this machine.
    pub revocations: Arc<RevocationList>,
    /// The Redis that several nodes share.
    pub redis: Option<Arc<Redis>>,
    /// The event streams of this node.
    pub(crate) streams: Arc<EventStreams>,
}

/// The shared Redis, and what its pushes change.
struct Shared {
    redis: Arc<Redis>,
    cache: Arc<SessionCache>,
    revoked: Arc<Notify>,
}

/// Opens the store of `settings.store`.
///
/// # Errors
/// If the store or the list of revoked sessions is unavailable: a process without the list would
/// accept revoked sessions.
pub async fn open(settings: &Settings, clock: &Clock) -> anyhow::Result<Stores> {
    open_any(settings, clock, None).await
}

/// Opens the list of revoked sessions beside this store, which takes the place of
/// `settings.store`.
///
/// # Errors
/// If the list is unavailable.
pub async fn open_with(
    store: Arc<dyn SessionStore>,
    settings: &Settings,
    clock: &Clock,
) -> anyhow::Result<Stores> {
    open_any(settings, clock, Some(store)).await
}

async fn open_any(
    settings: &Settings,
    clock: &Clock,
    own: Option<Arc<dyn SessionStore>>,
) -> anyhow::Result<Stores> {
    let streams = EventStreams::new(settings.most_event_streams);
    let shared = match &settings.redis_url {
        Some(urls) => {
            let (cache, revoked) = (Arc::new(SessionCache::new()), Arc::new(Notify::new()));
            let on_push = dispatch(
                Arc::clone(&cache),
                Arc::clone(&revoked),
                Arc::clone(&streams),
            );
            let redis = Redis::open(urls, clock.clone(), on_push).await?;
            streams.share(&redis).await;
            Some(Shared {
                redis,
                cache,
                revoked,
            })
        }
        None => None,
    };
    let (holder, revocations) = match &shared {
        Some(shared) => on_redis(settings, clock, shared, own).await?,
        None => on_this_machine(settings, clock, own).await?,
    };
    let told = Arc::clone(&streams);
    revocations.on_entry(move |scope| told.revoked(scope));
    let store = Store {
        holder,
        revocations: Arc::clone(&revocations),
        observer: Arc::clone(&streams) as _,
        timeouts: settings.timeouts,
        limit: settings.most_per_user,
        clock: clock.clone(),
    };
    Ok(Stores {
        store: Arc::new(store),
        revocations,
        redis: shared.map(|shared| shared.redis),
        streams,
    })
}

type Opened = (Box<dyn Holder>, Arc<RevocationList>);

async fn on_this_machine(
    settings: &Settings,
    clock: &Clock,
    own: Option<Arc<dyn SessionStore>>,
) -> anyhow::Result<Opened> {
    let database = Arc::new(Database::open(&settings.data_dir.join("sessions.sqlite")).await?);
    let revocations = RevocationList::open(Arc::clone(&database), clock.clone()).await?;
    let holder = match (own, settings.store) {
        (Some(own), _) => Box::new(ServerSessions(own)),
        (None, StoreKind::Cookie) => return Ok((browser(settings, None), revocations)),
        (None, StoreKind::Sqlite) => {
            let keyring = Keyring::new(&settings.secrets, purposes::STORED_SESSION);
            let store = SqliteStore::open(database, keyring, settings.timeouts, clock.clone());
            Box::new(ServerSessions(Arc::new(store.await?)))
        }
        (None, StoreKind::Redis) => {
            anyhow::bail!("REDIS_URL must be set for SESSION_STORE=redis")
        }
    };
    Ok((holder, revocations))
}

async fn on_redis(
    settings: &Settings,
    clock: &Clock,
    shared: &Shared,
    own: Option<Arc<dyn SessionStore>>,
) -> anyhow::Result<Opened> {
    let redis = Arc::clone(&shared.redis);
    let revoked = Arc::clone(&shared.revoked);
    let longest = settings.timeouts.absolute;
    let revocations =
        RevocationList::open_shared(Arc::clone(&redis), longest, revoked, clock.clone()).await?;
    let holder = match (own, settings.store) {
        (Some(own), _) => Box::new(ServerSessions(own)),
        (None, StoreKind::Cookie) => {
            return Ok((browser(settings, Some(&redis)), revocations));
        }
        (None, StoreKind::Sqlite) => {
            anyhow::bail!("SESSION_STORE=sqlite is for one machine and does not go with REDIS_URL")
        }
        (None, StoreKind::Redis) => Box::new(ServerSessions(Arc::new(RedisStore {
            redis,
            cache: Arc::clone(&shared.cache),
            keyring: Keyring::new(&settings.secrets, purposes::STORED_SESSION),
            timeouts: settings.timeouts,
            clock: clock.clone(),
        }))),
    };
    Ok((holder, revocations))
}

fn browser(settings: &Settings, redis: Option<&Arc<Redis>>) -> Box<dyn Holder> {
    let keyring = |purpose| Keyring::new(&settings.secrets, purpose);
    let shared = redis.map(|redis| (Arc::clone(redis), keyring(purposes::RENEWED_TOKENS)));
    Box::new(BrowserSessions::new(
        keyring(purposes::SESSION),
        settings.cookies,
        settings.cookie_budget,
        RenewedTokens::new(settings.timeouts.idle, shared),
    ))
}

/// Passes the pushes of Redis on.
fn dispatch(
    cache: Arc<SessionCache>,
    revoked: Arc<Notify>,
    streams: Arc<EventStreams>,
) -> impl Fn(Push) {
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
