//! Sessions and the list of revoked ones in a file of this machine.

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

/// Opens the store on this machine.
pub(crate) async fn open(
    settings: &Settings,
    clock: &Clock,
    own: Option<Arc<dyn SessionStore>>,
) -> anyhow::Result<Opened> {
    let path = settings.data_dir.join("sessions.sqlite");
    let database = Arc::new(Database::open(&path, settings.store_timeout).await?);
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
            anyhow::bail!("`redis_url` must be set for `StoreKind::Redis`")
        }
    };
    Ok(Opened {
        backend,
        revocations,
        nodes: None,
        leases: None,
        #[cfg(feature = "redis")]
        redis: None,
    })
}
