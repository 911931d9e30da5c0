//! One stream: waits for what happens, and looks before it tells whether its session is still
//! alive.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::mpsc, time::timeout};

use super::{EndReason, Event, Item, Place};
use crate::{
    session::{Handle, Store, UserSession, stores::Life},
    storage::Unavailable,
};

/// How often a stream looks whether its session is alive although nobody said otherwise: timeouts
/// pass unsaid, and a node that hears nothing from Redis any more knows nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A reader hears something at least this often, so that whoever went away is noticed, and nothing
/// on the way takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What to send next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Next {
    /// This.
    Event(Event),
    /// Anything that is no event.
    Heartbeat,
    /// That there are too many streams of this session: not to come back soon. Nothing comes after
    /// this.
    GiveWay,
}

/// The stream of one session. It ends with it.
pub struct EventStream {
    pub(super) _place: Place,
    pub(super) items: mpsc::Receiver<Item>,
    pub(super) store: Store,
    pub(super) handle: Handle,
    pub(super) session: Arc<UserSession>,
    pub(super) sent_at: Instant,
    pub(super) is_over: bool,
}

impl EventStream {
    /// Waits for what to send next; `None` when there will be nothing any more: the session has
    /// ended, or this node cannot tell any more whether it has, or is told to stop, or the reader
    /// was too slow.
    pub async fn next(&mut self) -> Option<Next> {
        while !self.is_over {
            let item = match timeout(LOOK_EVERY, self.items.recv()).await {
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
            let reason = match self.life().await {
                Ok(Life::Alive) => None,
                Ok(Life::Expired) => Some(EndReason::Expired),
                Ok(Life::Ended(reason)) => Some(reason.into()),
                // The page asks for itself.
                Err(_) => return None,
            };
            self.is_over = reason.is_some() || matches!(item, Some(Item::GiveWay));
            let next = match (reason, item) {
                (Some(reason), _) => Next::Event(Event::Ended { reason }),
                (None, Some(Item::Event(event))) => Next::Event(event),
                (None, Some(Item::GiveWay)) => Next::GiveWay,
                (None, _) if self.sent_at.elapsed() >= HEARTBEAT => Next::Heartbeat,
                (None, _) => continue,
            };
            self.sent_at = Instant::now();
            return Some(next);
        }
        None
    }

    /// Whether the session is alive, as a request would be told; looking is no activity.
    async fn life(&mut self) -> Result<Life, Unavailable> {
        let life = self.store.life(self.handle, &self.session)?;
        if life == Life::Expired
            && let Some(newest) = self.store.find(self.handle).await?
        {
            // It was used meanwhile, and nobody said so.
            self.session = newest;
            return self.store.life(self.handle, &self.session);
        }
        Ok(life)
    }
}
