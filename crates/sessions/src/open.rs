//! Opens the store of the settings.

use std::sync::Arc;

use revocation_list::RevocationList;
use storage::Clock;
#[cfg(feature = "redis")]
use storage::Redis;

use crate::{
    Settings,
    event_streams::EventStreams,
    nodes::{Leases, Nodes},
    opened::Opened,
    stores::{OwnLeases, SessionStore, SharedStore, Store, server::ServerSessions},
};

#[cfg(not(any(feature = "redis", feature = "sqlite")))]
compile_error!("the list of revoked sessions needs the feature `redis` or `sqlite` of `sessions`");

/// The open stores.
pub struct Stores {
    /// The sessions.
    pub store: Arc<Store>,
    /// The revoked sessions: in Redis if there is one, else in a file of this machine.
    pub revocations: Arc<RevocationList>,
    /// The Redis that several nodes share.
    #[cfg(feature = "redis")]
    pub redis: Option<Arc<Redis>>,
    /// The state that several nodes share.
    pub(crate) nodes: Option<Arc<dyn Nodes>>,
    /// The leases of refreshes that several nodes share.
    pub(crate) leases: Option<Arc<dyn Leases>>,
    /// The event streams of this node.
    pub(crate) streams: Arc<EventStreams>,
}

/// Opens the store of `settings.store`, or the list of revoked sessions for a store of your own.
///
/// # Errors
/// If the store or the list of revoked sessions is unavailable: a process without the list would
/// accept revoked sessions. If the settings need a missing feature of this crate.
pub async fn open(
    settings: &Settings,
    clock: &Clock,
    own: Option<Arc<dyn SessionStore>>,
) -> anyhow::Result<Stores> {
    let streams = EventStreams::new(settings.max_event_streams);
    let opened = match &settings.redis_url {
        #[cfg(feature = "redis")]
        Some(urls) => crate::redis::open(urls, settings, clock, own, &streams).await?,
        #[cfg(not(feature = "redis"))]
        Some(_) => anyhow::bail!("a Redis needs the feature `redis` of the crate `sessions`"),
        #[cfg(feature = "sqlite")]
        None => crate::sqlite::open(settings, clock, own).await?,
        #[cfg(not(feature = "sqlite"))]
        None => anyhow::bail!("without Redis, the feature `sqlite` of `sessions` is needed"),
    };
    Ok(stores(opened, streams, settings, clock))
}

/// Opens a store of your own that several nodes share.
///
/// # Errors
/// If the list of revoked sessions is unavailable.
pub(crate) async fn open_shared(
    settings: &Settings,
    clock: &Clock,
    store: Arc<dyn SharedStore>,
) -> anyhow::Result<Stores> {
    let log = Arc::clone(&store) as _;
    let opened = Opened {
        backend: Box::new(ServerSessions(Arc::clone(&store) as _)),
        revocations: RevocationList::open_log(log, clock.clone()).await?,
        nodes: None,
        leases: Some(Arc::new(OwnLeases(store))),
        #[cfg(feature = "redis")]
        redis: None,
    };
    let streams = EventStreams::new(settings.max_event_streams);
    Ok(stores(opened, streams, settings, clock))
}

fn stores(
    opened: Opened,
    streams: Arc<EventStreams>,
    settings: &Settings,
    clock: &Clock,
) -> Stores {
    let on_entry = Arc::clone(&streams);
    let revocations = opened.revocations;
    revocations.on_entry(move |scope| on_entry.revoked(scope));
    let store = Store {
        backend: opened.backend,
        revocations: Arc::clone(&revocations),
        observer: Arc::clone(&streams) as _,
        timeouts: settings.timeouts,
        limit: settings.max_sessions_per_user,
        clock: clock.clone(),
    };
    Stores {
        store: Arc::new(store),
        revocations,
        #[cfg(feature = "redis")]
        redis: opened.redis,
        nodes: opened.nodes,
        leases: opened.leases,
        streams,
    }
}
