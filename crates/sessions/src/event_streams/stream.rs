//! One stream, which checks before each event that its session is alive.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use storage::Unavailable;
use tokio::{sync::mpsc, time::timeout};

use super::{
    event::Event,
    registry::{Item, Slot},
};
use crate::{EndReason, Handle, UserSession, stores::Store};

/// Interval of the checks without an event: no event announces a timeout, nor that this node has
/// lost Redis.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// Longest silence of a stream, so that a closed client is noticed and proxies keep the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The next message of a stream.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Next {
    /// An event.
    Event(Event),
    /// A comment that is no event.
    Heartbeat,
    /// There are too many streams of this session or user, so the client should not reconnect soon.
    /// This is the last message.
    Evicted,
}

/// The stream of one session, with which it ends.
pub struct EventStream {
    pub(super) _slot: Slot,
    pub(super) items: mpsc::Receiver<Item>,
    pub(super) store: Arc<Store>,
    pub(super) handle: Handle,
    pub(super) session: Arc<UserSession>,
    pub(super) sent_at: Instant,
    pub(super) is_over: bool,
    pub(super) until: Option<Timestamp>,
}

impl EventStream {
    /// Ends the stream at this time, at which its client must prove its device again.
    #[must_use]
    pub fn until(self, until: Option<Timestamp>) -> Self {
        Self { until, ..self }
    }

    /// Waits for the next message. `None`: the stream has ended, because the session has, this node
    /// cannot check the session, the process stops, or the client was too slow.
    pub async fn next(&mut self) -> Option<Next> {
        while !self.is_over {
            let item = match timeout(CHECK_INTERVAL, self.items.recv()).await {
                Ok(None) => return None,
                Ok(Some(item)) => Some(item),
                Err(_) => None,
            };
            if let Some(Item::Event(Event::Used(by))) = &item {
                self.session = Arc::new(UserSession {
                    last_seen_at: by.at.max(self.session.last_seen_at),
                    ..UserSession::clone(&self.session)
                });
            }
            if self
                .until
                .is_some_and(|until| self.store.clock.now() >= until)
            {
                return None;
            }
            // An error ends the stream, and the page sends a request.
            let reason = self.end_reason().await.ok()?;
            self.is_over = reason.is_some() || matches!(item, Some(Item::Evicted));
            let next = match (reason, item) {
                (Some(reason), _) => Next::Event(Event::Ended { reason }),
                (None, Some(Item::Event(event))) => Next::Event(event),
                (None, Some(Item::Evicted)) => Next::Evicted,
                (None, _) if self.sent_at.elapsed() >= HEARTBEAT => Next::Heartbeat,
                (None, _) => continue,
            };
            self.sent_at = Instant::now();
            return Some(next);
        }
        None
    }

    /// Returns the end reason that a request would get. Does not count as activity.
    async fn end_reason(&mut self) -> Result<Option<EndReason>, Unavailable> {
        let (store, handle) = (&self.store, self.handle);
        let reason = store.await_end_reason(handle, &self.session).await?;
        if reason.is_some_and(EndReason::is_timeout)
            && let Some(newest) = self.store.find(self.handle).await?
        {
            // It was used later, and the event was lost.
            self.session = newest;
            return self.store.end_reason(self.handle, &self.session);
        }
        Ok(reason)
    }
}
