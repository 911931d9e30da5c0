//! Data of client-side sessions that a browser's cookies may not contain yet.
//!
//! Each change is kept until the session ends at the latest: in memory, and in Redis if there are
//! several nodes. With Redis, the first of two concurrent changes to reach Redis is written, else
//! the first to reach this memory. The other one is repeated on top of it.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use parking_lot::Mutex;

use super::{StoreResult, WriteOutcome};
use crate::{Handle, UserSession, nodes::Nodes, session_data::SessionData};

/// Maximum of bytes of data in memory.
const CAPACITY: u64 = 16 * 1024 * 1024;
/// Bytes of an entry besides its text.
const ENTRY_BYTES: usize = 200;

/// The newest data of client-side sessions.
pub(super) struct ChangedData {
    here: Cache<Handle, SessionData>,
    /// Held from the comparison to the write.
    writing: Mutex<()>,
    nodes: Option<Arc<dyn Nodes>>,
    lifetime: Duration,
}

impl ChangedData {
    /// `lifetime`: the absolute timeout, within which a browser may send old data.
    pub(super) fn new(lifetime: Duration, nodes: Option<Arc<dyn Nodes>>) -> Self {
        let weight = |_: &Handle, data: &SessionData| {
            u32::try_from(data.text_length() + ENTRY_BYTES).unwrap_or(u32::MAX)
        };
        Self {
            here: Cache::builder()
                .max_capacity(CAPACITY)
                .weigher(weight)
                .time_to_live(lifetime)
                .build(),
            writing: Mutex::default(),
            nodes,
            lifetime,
        }
    }

    /// Returns the session with the newest data in memory.
    pub(super) fn newest_in_memory(
        &self,
        handle: Handle,
        session: Arc<UserSession>,
    ) -> Arc<UserSession> {
        match self.here.get(&handle) {
            Some(data) if data.is_newer_than(&session.data) => Arc::new(session.with_data(data)),
            _ => session,
        }
    }

    /// Reads the newest data of all nodes into memory.
    pub(super) async fn fetch(&self, handle: Handle) -> StoreResult<()> {
        if let Some(nodes) = &self.nodes
            && let Some(data) = nodes.changed_data(handle).await?
        {
            self.put(handle, &data);
        }
        Ok(())
    }

    /// Keeps data that were changed once more than the newest.
    pub(super) async fn keep(
        &self,
        handle: Handle,
        data: &SessionData,
    ) -> StoreResult<WriteOutcome> {
        if let Some(nodes) = &self.nodes {
            let outcome = nodes.keep_changed_data(handle, data, self.lifetime).await?;
            if outcome == WriteOutcome::Written {
                self.put(handle, data);
            }
            return Ok(outcome);
        }
        Ok(if self.put(handle, data) {
            WriteOutcome::Written
        } else {
            WriteOutcome::Outdated
        })
    }

    /// Returns `false` if the data in memory are as new.
    fn put(&self, handle: Handle, data: &SessionData) -> bool {
        let _writing = self.writing.lock();
        let held = self.here.get(&handle);
        let is_newer = held.is_none_or(|held| data.is_newer_than(&held));
        if is_newer {
            self.here.insert(handle, data.clone());
        }
        is_newer
    }
}
