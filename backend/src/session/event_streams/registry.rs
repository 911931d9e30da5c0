//! Which streams are open, by user, and how they are reached.

use std::collections::HashMap;

use ::metrics::counter;
use tokio::sync::mpsc;

use super::Event;
use crate::{
    metrics,
    session::revocation::{Name, Subject},
};

/// Streams that one session may have: a few tabs that are looked at.
const MOST_OF_ONE_SESSION: usize = 4;

/// The open streams of this process.
#[derive(Default)]
pub(super) struct Open {
    /// By the user's pseudonym.
    pub(super) streams: HashMap<Name, Vec<Listener>>,
    pub(super) count: usize,
    pub(super) last: u64,
    /// Whether this process was told to stop.
    pub(super) closed: bool,
}

/// One of them, as whoever has something for it knows it.
pub(super) struct Listener {
    pub(super) number: u64,
    pub(super) handle: Name,
    pub(super) provider_session: Option<Name>,
    pub(super) queue: mpsc::Sender<Item>,
}

/// What waits for a stream.
pub(super) enum Item {
    Event(Event),
    /// Its session may have ended.
    Check,
    /// A newer stream of its session takes its place.
    GiveWay,
}

impl Open {
    /// Whether there may be a new stream of a session, `most` being those of all. The oldest of its
    /// own gives way where it has too many, or all together are. It may be that of a page that is
    /// gone: that is noticed only when something is sent to it.
    pub(super) fn make_room(&mut self, user: &Name, handle: Name, most: usize) -> bool {
        let is_full = self.count >= most;
        let own = |one: &Listener| one.handle == handle;
        let streams = self.streams.get_mut(user);
        let Some(streams) = streams.filter(|all| all.iter().any(own)) else {
            return !is_full;
        };
        // Those that give way count until they are gone: a few at a time.
        if self.count >= most + MOST_OF_ONE_SESSION {
            return false;
        }
        if (is_full || streams.iter().filter(|one| own(one)).count() >= MOST_OF_ONE_SESSION)
            && let Some(oldest) = streams.iter().position(own)
        {
            let _ = streams.remove(oldest).queue.try_send(Item::GiveWay);
        }
        true
    }

    /// Sends each stream of a user what `what` says. Whoever does not read is dropped.
    pub(super) fn send(&mut self, user: &Name, what: impl Fn(&Listener) -> Option<Item>) {
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

impl Listener {
    pub(super) fn is_meant(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Session(handle) => self.handle == *handle,
            Subject::ProviderSession(id) => self.provider_session.as_ref() == Some(id),
            Subject::User(_) | Subject::OthersOfUser(..) => true,
        }
    }
}
