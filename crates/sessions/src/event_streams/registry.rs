//! The open streams, by user.

use std::{collections::HashMap, sync::Arc};

use ::metrics::{counter, gauge};
use parking_lot::Mutex;
use revocation_list::{Name, Scope};
use tokio::sync::mpsc;

use super::Event;
use crate::metrics;

/// Concurrent streams of one session: a few visible tabs.
const MAX_PER_SESSION: usize = 4;
/// Concurrent streams of one user, over all their sessions.
const MAX_PER_USER: usize = 20;

/// The open streams of this process.
#[derive(Default)]
pub(super) struct Registry {
    /// By the user's pseudonym.
    pub(super) streams: HashMap<Name, Vec<Subscriber>>,
    pub(super) count: usize,
    pub(super) last: u64,
    /// True once this process stops.
    pub(super) closed: bool,
}

/// The sender's side of a stream.
pub(super) struct Subscriber {
    pub(super) number: u64,
    pub(super) handle: Name,
    pub(super) provider_session: Option<Name>,
    pub(super) queue: mpsc::Sender<Item>,
}

/// A message in the queue of a stream.
pub(super) enum Item {
    Event(Event),
    /// Check whether the session has ended.
    Check,
    /// A newer stream of its session or user replaces it.
    Evicted,
}

impl Registry {
    /// Makes room for a new stream, with at most `limit` streams in all. Returns `false` if that is
    /// impossible. If the session, its user or the node has too many, the oldest stream of that
    /// session or user is evicted: its page may be gone, which is noticed only at the next message.
    pub(super) fn make_room(&mut self, user: &Name, handle: Name, limit: usize) -> bool {
        let is_full = self.count >= limit;
        // Evicted streams count until they are closed, so allow a few more.
        if self.count >= limit + MAX_PER_SESSION {
            return false;
        }
        let Some(streams) = self.streams.get_mut(user) else {
            return !is_full;
        };
        let own = |one: &Subscriber| one.handle == handle;
        let of_session = streams.iter().filter(|one| own(one)).count();
        let oldest = if of_session >= MAX_PER_SESSION || (is_full && of_session > 0) {
            streams.iter().position(own)
        } else {
            (streams.len() >= MAX_PER_USER).then_some(0)
        };
        if let Some(oldest) = oldest {
            let _ = streams.remove(oldest).queue.try_send(Item::Evicted);
        }
        !is_full || oldest.is_some()
    }

    /// Sends each stream of a user the item that `what` returns. Drops those whose queue is full.
    pub(super) fn send(&mut self, user: &Name, what: impl Fn(&Subscriber) -> Option<Item>) {
        let Some(streams) = self.streams.get_mut(user) else {
            return;
        };
        streams.retain(|one| {
            let sent = what(one).is_none_or(|item| one.queue.try_send(item).is_ok());
            if !sent {
                counter!(metrics::STREAMS_DROPPED).increment(1);
            }
            sent
        });
    }
}

impl Subscriber {
    pub(super) fn is_concerned(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Session(handle) => self.handle == *handle,
            Scope::ProviderSession(id) => self.provider_session.as_ref() == Some(id),
            Scope::User(_) | Scope::OthersOfUser(..) => true,
        }
    }
}

/// The slot of a stream within the limit. Freed when dropped.
pub(super) struct Slot {
    pub(super) registry: Arc<Mutex<Registry>>,
    pub(super) user: Name,
    pub(super) number: u64,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut registry = self.registry.lock();
        registry.count -= 1;
        gauge!(metrics::STREAMS).set(u32::try_from(registry.count).unwrap_or(u32::MAX));
        if let Some(streams) = registry.streams.get_mut(&self.user) {
            streams.retain(|one| one.number != self.number);
            if streams.is_empty() {
                registry.streams.remove(&self.user);
            }
        }
    }
}
