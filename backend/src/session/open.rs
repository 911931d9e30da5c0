//! Opens what `SESSION_STORE` and `REDIS_URL` ask for.

use std::sync::Arc;

use secrecy::SecretString;
use tokio::sync::Notify;

use super::{
    keys::{Purpose, Sealer},
    refresh::{Leases, NewestTokens, Successors},
    revocation::{self, Revocations},
    stores::{BrowserStore, RedisStore, SessionCache, SqliteStore, Store, StoreKind, handle_of},
};
use crate::{
    clock::Clock,
    config::SessionConfig,
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
    pub(super) newest_tokens: NewestTokens,
    pub(super) leases: Leases,
}

/// Opens the store and what goes with it.
///
/// # Errors
/// When one of them does not answer: better not to start than to forget who signed out.
pub async fn open(
    config: &SessionConfig,
    secrets: &[SecretString],
    clock: &Clock,
) -> anyhow::Result<Opened> {
    let timeouts = config.timeouts();
    let sealer = || Sealer::new(secrets, Purpose::StoredSession);
    let browser = |revocations: &Arc<Revocations>, shared| {
        let successors = Arc::new(Successors::new(timeouts.idle, shared));
        let store = Store::Browser(Arc::new(BrowserStore {
            sealer: Sealer::new(secrets, Purpose::Session),
            cookies: config.cookies(),
            budget: config.cookie_budget,
            revocations: Arc::clone(revocations),
            successors: Arc::clone(&successors),
            timeouts,
            clock: clock.clone(),
        }));
        (store, NewestTokens::Remembered(successors))
    };
    let server = |store: Store| (store.clone(), NewestTokens::Stored(store));
    let Some(urls) = &config.redis_url else {
        let database = Arc::new(Database::open(&config.data_dir.join("sessions.sqlite")).await?);
        SqliteStore::migrate(&database).await?;
        let revocations = Revocations::open(Arc::clone(&database), clock.clone()).await?;
        let (store, newest_tokens) = match config.session_store {
            StoreKind::Cookie => browser(&revocations, None),
            StoreKind::Sqlite => {
                let store = SqliteStore::new(database, sealer(), timeouts, clock.clone());
                server(Store::Sqlite(Arc::new(store)))
            }
            StoreKind::Redis => anyhow::bail!("REDIS_URL must be set for SESSION_STORE=redis"),
        };
        return Ok(Opened {
            store,
            revocations,
            redis: None,
            newest_tokens,
            leases: Leases(None),
        });
    };

    let (cache, revoked) = (Arc::new(SessionCache::new()), Arc::new(Notify::new()));
    let redis = Redis::open(
        urls,
        clock.clone(),
        listener(Arc::clone(&cache), Arc::clone(&revoked)),
    )
    .await?;
    let revocations = Revocations::open_shared(
        Arc::clone(&redis),
        timeouts.absolute,
        revoked,
        clock.clone(),
    )
    .await?;
    let leases = Leases(Some(Arc::clone(&redis)));
    let shared = Some(Arc::clone(&redis));
    let (store, newest_tokens) = match config.session_store {
        StoreKind::Cookie => browser(
            &revocations,
            Some((redis, Sealer::new(secrets, Purpose::Successor))),
        ),
        StoreKind::Sqlite => {
            anyhow::bail!("SESSION_STORE=sqlite is for one machine and does not go with REDIS_URL")
        }
        StoreKind::Redis => {
            let store = RedisStore {
                redis,
                cache,
                sealer: sealer(),
                timeouts,
                clock: clock.clone(),
            };
            server(Store::Redis(Arc::new(store)))
        }
    };
    Ok(Opened {
        store,
        revocations,
        redis: shared,
        newest_tokens,
        leases,
    })
}

/// Hands on what Redis tells.
fn listener(cache: Arc<SessionCache>, revoked: Arc<Notify>) -> impl Fn(Push) {
    move |push| match push {
        Push::Changed(key) if key == revocation::STREAM => revoked.notify_one(),
        Push::Changed(key) => {
            if let Some(handle) = handle_of(&key) {
                cache.forget(&handle);
            }
        }
        Push::Lost => {
            cache.forget_all();
            revoked.notify_one();
        }
    }
}
