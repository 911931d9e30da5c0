//! Streams of what happens to a session, for its open pages: whoever streams to a session must stop
//! when it ends.
//!
//! A stream learns that its session ended from the revocation list, on every node and in every
//! mode, and asks it again before anything is sent: what guards a request guards each event. What
//! else happened the nodes tell each other through Redis; that may be lost, and nothing depends on
//! it.

mod event;
mod registry;
mod stream;

use std::{
    sync::{Arc, OnceLock, Weak},
    time::Instant,
};

use ::metrics::{counter, gauge};
use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::mpsc;

use super::{
    Handle, Store, UserSession,
    revocation::{Name, Subject},
};
use crate::{
    metrics,
    pseudonym::digest,
    storage::redis::{CHANNEL, Redis},
};
pub(in crate::session) use event::Change;
use event::Notice;
pub use event::{By, EndReason, Event};
use registry::{Item, Listener, Open};
pub use stream::{EventStream, Next};

/// Events that wait for a reader. Whoever is that far behind is dropped.
const QUEUE: usize = 64;

/// There are as many streams as there may be.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("too many streams")]
pub struct TooMany;

/// The open streams of this process.
pub struct EventStreams {
    /// What this node is called.
    node: String,
    /// Streams at the same time.
    most: usize,
    open: Mutex<Open>,
    redis: OnceLock<Weak<Redis>>,
}

/// A stream's place among the others; free again when this is dropped.
struct Place {
    streams: Arc<EventStreams>,
    user: Name,
    number: u64,
}

impl EventStreams {
    pub(super) fn new(node: String, most: usize) -> Arc<Self> {
        Arc::new(Self {
            node,
            most,
            open: Mutex::default(),
            redis: OnceLock::new(),
        })
    }

    /// From now on the nodes on this Redis tell each other.
    pub(super) async fn share(&self, redis: &Arc<Redis>) {
        let _ = self.redis.set(Arc::downgrade(redis));
        if let Err(error) = redis.subscribe().await {
            tracing::warn!(%error, "events of other nodes do not arrive here");
        }
    }

    /// What this node is called.
    pub(super) fn node(&self) -> &str {
        &self.node
    }

    /// Something that a request did on this node.
    pub(super) fn by(&self, request: String, at: Timestamp) -> By {
        let node = self.node.clone();
        By { request, node, at }
    }

    /// A stream of a session that was found a moment ago.
    pub(super) fn open(
        self: &Arc<Self>,
        store: Store,
        handle: Handle,
        session: Arc<UserSession>,
    ) -> Result<EventStream, TooMany> {
        let user = digest(&session.user.id);
        let (queue, items) = mpsc::channel(QUEUE);
        let mut open = self.open.lock();
        if !open.make_room(&user, *handle.as_bytes(), self.most) {
            counter!(metrics::STREAMS_REFUSED).increment(1);
            return Err(TooMany);
        }
        // The session may have ended since it was found.
        let _ = queue.try_send(Item::Check);
        open.last += 1;
        open.count += 1;
        let number = open.last;
        if !open.closed {
            open.streams.entry(user).or_default().push(Listener {
                number,
                handle: *handle.as_bytes(),
                provider_session: session.provider_session_id.as_deref().map(digest),
                queue,
            });
        }
        gauge!(metrics::STREAMS).set(u32::try_from(open.count).unwrap_or(u32::MAX));
        let _place = Place {
            streams: Arc::clone(self),
            user,
            number,
        };
        Ok(EventStream {
            _place,
            items,
            store,
            handle,
            session,
            sent_at: Instant::now(),
            is_over: false,
        })
    }

    /// Tells the streams of a session, and of its user's others, on every node.
    pub(super) fn tell(&self, handle: Handle, user: &str, change: Change) {
        let user = digest(user).into();
        let notice = Notice {
            handle,
            user,
            change,
        };
        let Some(redis) = self.redis.get() else {
            return self.deliver(&notice);
        };
        let (Some(redis), Ok(text)) = (redis.upgrade(), serde_json::to_vec(&notice)) else {
            return;
        };
        tokio::spawn(async move {
            if let Err(error) = redis.publish(text).await {
                tracing::debug!(%error, "the other nodes were not told of an event");
            }
        });
    }

    /// A message of this or another node.
    pub(super) fn receive(&self, message: &[u8]) {
        match serde_json::from_slice(message) {
            Ok(notice) => self.deliver(&notice),
            Err(_) => tracing::debug!(channel = CHANNEL, "a message that is not ours"),
        }
    }

    /// To be called with every entry of the revocation list: those whom it may mean look whether it
    /// does.
    pub(super) fn ended(&self, subject: &Subject) {
        let mut open = self.open.lock();
        match subject {
            Subject::User(user) | Subject::OthersOfUser(user, _) => {
                open.send(user, |_| Some(Item::Check));
            }
            Subject::Session(_) | Subject::ProviderSession(_) => {
                let users: Vec<_> = open.streams.keys().copied().collect();
                for user in users {
                    open.send(&user, |one| one.is_meant(subject).then_some(Item::Check));
                }
            }
        }
    }

    /// Ends all streams: this process was told to stop, and their readers come back to another.
    pub(super) fn close(&self) {
        let mut open = self.open.lock();
        open.closed = true;
        open.streams.clear();
    }

    fn deliver(&self, notice: &Notice) {
        let handle = notice.handle;
        let mut open = self.open.lock();
        open.send(notice.user.as_bytes(), |one| {
            let own = one.handle == *handle.as_bytes();
            let event = match &notice.change {
                Change::Ended if own => return Some(Item::Check),
                Change::Renewed(by) if own => Event::Renewed(by.clone()),
                Change::Used(by) if own => Event::Used(by.clone()),
                Change::Began if !own => Event::OtherBegan { handle },
                Change::Ended => Event::OtherEnded { handle },
                _ => return None,
            };
            Some(Item::Event(event))
        });
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open.lock();
        open.count -= 1;
        gauge!(metrics::STREAMS).set(u32::try_from(open.count).unwrap_or(u32::MAX));
        if let Some(streams) = open.streams.get_mut(&self.user) {
            streams.retain(|one| one.number != self.number);
            if streams.is_empty() {
                open.streams.remove(&self.user);
            }
        }
    }
}
