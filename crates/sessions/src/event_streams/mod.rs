//! Event streams of sessions, for their open pages. A stream ends with its session.
//!
//! The revocation list notifies a stream when its session ends, on every node and in every mode,
//! and is checked before each event, as the guard does before each request. Nodes send each other
//! all other events; these may be lost, and nothing depends on them.

mod event;
mod registry;
mod stream;

use std::{
    sync::{Arc, OnceLock, Weak},
    time::Instant,
};

use ::metrics::{counter, gauge};
use parking_lot::Mutex;
use revocation_list::Scope;
use storage::digest;
use tokio::sync::mpsc;

pub use crate::change::By;
use crate::{
    Handle, UserSession,
    change::{Change, Observer},
    metrics,
    nodes::Nodes,
    stores::Store,
};
pub use event::Event;
use event::Notice;
use registry::{Item, Registry, Slot, Subscriber};
pub use stream::{EventStream, Next};

/// Events queued for a client. A stream whose client is further behind is dropped.
const QUEUE: usize = 64;

/// The node has reached its limit of streams.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("too many streams")]
pub struct TooMany;

/// The open streams of this process.
pub struct EventStreams {
    /// Maximum of concurrent streams.
    limit: usize,
    registry: Arc<Mutex<Registry>>,
    nodes: OnceLock<Weak<dyn Nodes>>,
}

impl EventStreams {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            limit,
            registry: Arc::default(),
            nodes: OnceLock::new(),
        })
    }

    /// Shares events with these nodes.
    #[cfg(feature = "redis")]
    pub(crate) fn share(&self, nodes: &Arc<dyn Nodes>) {
        let _ = self.nodes.set(Arc::downgrade(nodes));
    }

    /// Opens a stream of a session that was found a moment ago.
    pub(crate) fn open(
        &self,
        store: Arc<Store>,
        handle: Handle,
        session: Arc<UserSession>,
    ) -> Result<EventStream, TooMany> {
        let user = digest(&session.user.id);
        let (queue, items) = mpsc::channel(QUEUE);
        let mut registry = self.registry.lock();
        if !registry.make_room(&user, *handle.as_bytes(), self.limit) {
            counter!(metrics::STREAMS_REFUSED).increment(1);
            return Err(TooMany);
        }
        // The session may have ended since it was found.
        let _ = queue.try_send(Item::Check);
        registry.last += 1;
        registry.count += 1;
        let number = registry.last;
        if !registry.closed {
            registry.streams.entry(user).or_default().push(Subscriber {
                number,
                handle: *handle.as_bytes(),
                provider_session: session.provider_session_id.as_deref().map(digest),
                queue,
            });
        }
        gauge!(metrics::STREAMS).set(u32::try_from(registry.count).unwrap_or(u32::MAX));
        let _slot = Slot {
            registry: Arc::clone(&self.registry),
            user,
            number,
        };
        Ok(EventStream {
            _slot,
            items,
            store,
            handle,
            session,
            sent_at: Instant::now(),
            is_over: false,
            until: None,
        })
    }

    /// Delivers a message of this or another node.
    #[cfg(feature = "redis")]
    pub(crate) fn receive(&self, message: &[u8]) {
        match serde_json::from_slice(message) {
            Ok(notice) => self.deliver(&notice),
            Err(_) => tracing::debug!("a message of another node cannot be read"),
        }
    }

    /// Lets the streams that a revocation may concern check their session. Call it for each entry
    /// of the revocation list.
    pub(crate) fn revoked(&self, scope: &Scope) {
        let mut registry = self.registry.lock();
        match scope {
            Scope::User(user) | Scope::OthersOfUser(user, _) => {
                registry.send(user, |_| Some(Item::Check));
            }
            Scope::Session(_) | Scope::ProviderSession(_) => {
                let users: Vec<_> = registry.streams.keys().copied().collect();
                for user in users {
                    registry.send(&user, |one| one.is_concerned(scope).then_some(Item::Check));
                }
            }
        }
    }

    /// Ends all streams at shutdown. Their clients reconnect to another node.
    pub(crate) fn close(&self) {
        let mut registry = self.registry.lock();
        registry.closed = true;
        registry.streams.clear();
    }

    fn deliver(&self, notice: &Notice) {
        let handle = notice.handle;
        let mut registry = self.registry.lock();
        registry.send(notice.user.as_bytes(), |one| {
            let own = one.handle == *handle.as_bytes();
            let event = match &notice.change {
                Change::Ended if own => return Some(Item::Check),
                Change::TokensRefreshed(by) if own => Event::TokensRefreshed(by.clone()),
                Change::Used(by) if own => Event::Used(by.clone()),
                Change::DataChanged if own => Event::DataChanged,
                Change::DeviceProven(proof) if own => Event::DeviceProven(*proof),
                Change::DeviceNotProven(by) if own => Event::DeviceNotProven(by.clone()),
                Change::Began if !own => Event::OtherBegan { handle },
                Change::Ended => Event::OtherEnded { handle },
                _ => return None,
            };
            Some(Item::Event(event))
        });
    }
}

impl Observer for EventStreams {
    /// Notifies the streams of the session and of its user's other sessions, on every node.
    fn changed(&self, handle: Handle, user: &str, change: Change) {
        let user = digest(user).into();
        let notice = Notice {
            handle,
            user,
            change,
        };
        let Some(nodes) = self.nodes.get() else {
            return self.deliver(&notice);
        };
        if let (Some(nodes), Ok(message)) = (nodes.upgrade(), serde_json::to_vec(&notice)) {
            nodes.publish(message);
        }
    }
}
