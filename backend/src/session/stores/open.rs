//! Opens what the settings ask for.

use std::sync::Arc;

use tokio::sync::Notify;

use super::{
    BrowserStore, Place, RedisStore, SqliteStore, Store, StoreKind, cache::SessionCache,
    redis::handle_of, successors::Successors,
};
use crate::{
    clock::Clock,
    sealing::{Purpose, Sealer},
    session::{
        Settings,
        event_streams::EventStreams,
        revocation::{self, Revocations},
    },
    storage::{
        redis::{Push, Redis},
        sqlite::Database,
    },
};

/// What is opened.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// What was ended before its time: in Redis where there is one, else on this machine.
    pub revocations: Arc<Revocations>,
    /// What several nodes share.
    pub redis: Option<Arc<Redis>>,
}

/// Opens the store and what goes with it.
///
/// # Errors
/// When one of them does not answer: better not to start than to forget who signed out.
pub async fn open(settings: &Settings, clock: &Clock) -> anyhow::Result<Opened> {
    let streams = EventStreams::new(settings.node.clone(), settings.most_event_streams);
    let (place, revocations, redis) = match &settings.redis_url {
        None => on_this_machine(settings, clock).await?,
        Some(urls) => {
            let (cache, revoked) = (Arc::new(SessionCache::new()), Arc::new(Notify::new()));
            let told = listener(
                Arc::clone(&cache),
                Arc::clone(&revoked),
                Arc::clone(&streams),
            );
            let redis = Redis::open(urls, clock.clone(), told).await?;
            streams.share(&redis).await;
            shared(settings, clock, redis, cache, revoked).await?
        }
    };
    let told = Arc::clone(&streams);
    revocations.on_entry(move |subject| told.ended(subject));
    let store = Store {
        place,
        revocations: Arc::clone(&revocations),
        streams,
        timeouts: settings.timeouts,
        most_per_user: settings.most_per_user,
        clock: clock.clone(),
    };
    Ok(Opened {
        store,
        revocations,
        redis,
    })
}

type Parts = (Place, Arc<Revocations>, Option<Arc<Redis>>);

async fn on_this_machine(settings: &Settings, clock: &Clock) -> anyhow::Result<Parts> {
    let database = Arc::new(Database::open(&settings.data_dir.join("sessions.sqlite")).await?);
    let revocations = Revocations::open(Arc::clone(&database), clock.clone()).await?;
    let place = match settings.store {
        StoreKind::Cookie => browser(settings, None),
        StoreKind::Sqlite => {
            let sealer = Sealer::new(&settings.secrets, Purpose::StoredSession);
            let store = SqliteStore::open(database, sealer, settings.timeouts, clock.clone());
            Place::Sqlite(Arc::new(store.await?))
        }
        StoreKind::Redis => anyhow::bail!("REDIS_URL must be set for SESSION_STORE=redis"),
    };
    Ok((place, revocations, None))
}

async fn shared(
    settings: &Settings,
    clock: &Clock,
    redis: Arc<Redis>,
    cache: Arc<SessionCache>,
    revoked: Arc<Notify>,
) -> anyhow::Result<Parts> {
    let longest = settings.timeouts.absolute;
    let revocations =
        Revocations::open_shared(Arc::clone(&redis), longest, revoked, clock.clone()).await?;
    let place = match settings.store {
        StoreKind::Cookie => browser(settings, Some(&redis)),
        StoreKind::Sqlite => {
            anyhow::bail!("SESSION_STORE=sqlite is for one machine and does not go with REDIS_URL")
        }
        StoreKind::Redis => Place::Redis(Arc::new(RedisStore {
            redis: Arc::clone(&redis),
            cache,
            sealer: Sealer::new(&settings.secrets, Purpose::StoredSession),
            timeouts: settings.timeouts,
            clock: clock.clone(),
        })),
    };
    Ok((place, revocations, Some(redis)))
}

fn browser(settings: &Settings, redis: Option<&Arc<Redis>>) -> Place {
    let sealer = |purpose| Sealer::new(&settings.secrets, purpose);
    let shared = redis.map(|redis| (Arc::clone(redis), sealer(Purpose::Successor)));
    Place::Browser(Arc::new(BrowserStore::new(
        sealer(Purpose::Session),
        settings.cookies,
        settings.cookie_budget,
        settings.timeouts,
        Successors::new(settings.timeouts.idle, shared),
    )))
}

/// Hands on what Redis tells.
fn listener(
    cache: Arc<SessionCache>,
    revoked: Arc<Notify>,
    streams: Arc<EventStreams>,
) -> impl Fn(Push) {
    move |push| match push {
        Push::Message(message) => streams.receive(&message),
        Push::Changed(key) if key == revocation::STREAM => revoked.notify_one(),
        Push::Changed(key) => {
            if let Some(handle) = handle_of(&key) {
                cache.forget(handle);
            }
        }
        Push::Lost => {
            cache.forget_all();
            revoked.notify_one();
        }
    }
}
