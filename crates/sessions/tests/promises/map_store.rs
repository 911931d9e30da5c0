//! A store of one's own: sessions in a map, which can be made to fail.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use sessions::stores::{SessionStore, StoredSession, WriteOutcome};
use sessions::{Handle, UserSession};
use storage::Unavailable;

#[derive(Default)]
pub struct MapStore {
    sessions: Mutex<HashMap<Handle, Arc<UserSession>>>,
    pub fails: AtomicBool,
    /// Forgets to delete, as a store that was restored from a backup.
    pub keeps: AtomicBool,
}

type Sessions<'a> = MutexGuard<'a, HashMap<Handle, Arc<UserSession>>>;

impl MapStore {
    fn sessions(&self) -> Result<Sessions<'_>, Unavailable> {
        if self.fails.load(Ordering::Relaxed) {
            return Err(anyhow::anyhow!("the store fails").into());
        }
        Ok(self.sessions.lock().expect("no panic"))
    }
}

#[async_trait::async_trait]
impl SessionStore for MapStore {
    async fn load(&self, handle: Handle) -> Result<Option<Arc<UserSession>>, Unavailable> {
        Ok(self.sessions()?.get(&handle).cloned())
    }

    async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
        limit: NonZeroUsize,
    ) -> Result<Vec<StoredSession>, Unavailable> {
        let mut sessions = self.sessions()?;
        let mut others: Vec<StoredSession> = sessions
            .iter()
            .filter(|(_, other)| other.user.id == session.user.id)
            .map(|(handle, other)| (*handle, Arc::clone(other)))
            .collect();
        others.sort_by_key(|(_, other)| (other.last_seen_at, other.created_at));
        others.truncate((others.len() + 1).saturating_sub(limit.get()));
        for (handle, _) in &others {
            sessions.remove(handle);
        }
        sessions.insert(handle, Arc::new(session.clone()));
        Ok(others)
    }

    async fn replace(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> Result<WriteOutcome, Unavailable> {
        let mut sessions = self.sessions()?;
        let Some(stored) = sessions.get_mut(&handle) else {
            return Ok(WriteOutcome::Deleted);
        };
        if stored.version + 1 != session.version {
            return Ok(WriteOutcome::Outdated);
        }
        *stored = Arc::new(session.clone());
        Ok(WriteOutcome::Written)
    }

    async fn delete(
        &self,
        handle: Handle,
        _: &str,
    ) -> Result<Option<Arc<UserSession>>, Unavailable> {
        let mut sessions = self.sessions()?;
        if self.keeps.load(Ordering::Relaxed) {
            return Ok(sessions.get(&handle).cloned());
        }
        Ok(sessions.remove(&handle))
    }

    async fn handles_of(&self, user: &str) -> Result<Vec<Handle>, Unavailable> {
        let sessions = self.sessions()?;
        let of_user = sessions.iter().filter(|(_, one)| one.user.id == user);
        Ok(of_user.map(|(handle, _)| *handle).collect())
    }
}
