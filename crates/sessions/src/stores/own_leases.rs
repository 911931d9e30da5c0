//! Leases of refreshes in a store of your own.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use oidc_client::Background;
use parking_lot::Mutex;
use tokio::task::JoinHandle;

use super::{Lock, SharedStore, StoreResult};
use crate::{
    Handle,
    nodes::{LEASE_WAIT, Lease, Leases, NOTE_LIFETIME},
};

/// Pause between two extensions of a note.
const EXTEND_INTERVAL: Duration = Duration::from_secs(1);

/// The leases of the nodes that share a store of your own.
pub(crate) struct OwnLeases(pub(crate) Arc<dyn SharedStore>);

#[async_trait]
impl Leases for OwnLeases {
    async fn take_lease(&self, handle: Handle, _: &Background) -> StoreResult<Box<dyn Lease>> {
        let lock = tokio::time::timeout(LEASE_WAIT, self.0.lock(handle)).await;
        Ok(Box::new(OwnLease {
            store: Arc::clone(&self.0),
            handle,
            extending: Mutex::default(),
            _lock: lock.map_err(anyhow::Error::from)??,
        }))
    }
}

struct OwnLease {
    store: Arc<dyn SharedStore>,
    handle: Handle,
    /// Extends the note.
    extending: Mutex<Option<JoinHandle<()>>>,
    _lock: Lock,
}

impl OwnLease {
    fn extend_with(&self, extending: Option<JoinHandle<()>>) {
        let before = std::mem::replace(&mut *self.extending.lock(), extending);
        before.inspect(JoinHandle::abort);
    }
}

#[async_trait]
impl Lease for OwnLease {
    async fn note(&self, refresh_count: u64) -> StoreResult<()> {
        let (store, handle) = (Arc::clone(&self.store), self.handle);
        let write = async move || {
            let count = Some(refresh_count);
            store.note_refresh(handle, count, NOTE_LIFETIME).await
        };
        write().await?;
        self.extend_with(Some(tokio::spawn(async move {
            loop {
                tokio::time::sleep(EXTEND_INTERVAL).await;
                if let Err(error) = write().await {
                    tracing::warn!(%error, "the note of a refresh was not extended");
                }
            }
        })));
        Ok(())
    }

    async fn is_noted(&self, refresh_count: u64) -> StoreResult<bool> {
        let noted = self.store.noted_refresh(self.handle).await?;
        Ok(noted.is_some_and(|noted| noted >= refresh_count))
    }

    async fn clear_note(&self) {
        self.extend_with(None);
        let cleared = self.store.note_refresh(self.handle, None, NOTE_LIFETIME);
        if let Err(error) = cleared.await {
            tracing::warn!(%error, "the note of a refresh was not deleted; it will expire");
        }
    }
}

impl Drop for OwnLease {
    fn drop(&mut self) {
        self.extend_with(None);
    }
}
