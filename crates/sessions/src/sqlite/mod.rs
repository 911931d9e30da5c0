//! Everything in a file of this machine: the sessions and the list of revoked ones.

mod store;
mod sweep;

use std::sync::Arc;

use revocation_list::RevocationList;
use sealed_cookies::Keyring;
use storage::{Clock, Database};

use crate::{
    Settings, StoreKind,
    opened::Opened,
    purposes,
    stores::{SessionStore, browser, server::ServerSessions},
};
use store::SqliteStore;

/// Opens what is kept on this machine.
pub(crate) async fn open(
    settings: &Settings,
    clock: &Clock,
    own: Option<Arc<dyn SessionStore>>,
) -> anyhow::Result<Opened> {
    let database = Arc::new(Database::open(&settings.data_dir.join("sessions.sqlite")).await?);
    let revocations = RevocationList::open(Arc::clone(&database), clock.clone()).await?;
    let backend = match (own, settings.store) {
        (Some(own), _) => Box::new(ServerSessions(own)),
        (None, StoreKind::Cookie) => browser::open(settings, None),
        (None, StoreKind::Sqlite) => {
            let keyring = Keyring::new(&settings.secrets, purposes::STORED_SESSION);
            let store = SqliteStore::open(database, keyring, settings.timeouts, clock.clone());
            Box::new(ServerSessions(Arc::new(store.await?)))
        }
        (None, StoreKind::Redis) => {
            anyhow::bail!("REDIS_URL must be set for SESSION_STORE=redis")
        }
    };
    Ok(Opened {
        backend,
        revocations,
        nodes: None,
        #[cfg(feature = "redis")]
        redis: None,
    })
}
