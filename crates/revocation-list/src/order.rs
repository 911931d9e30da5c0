//! The order of sign-ins and revocations, which does not depend on clocks.
//!
//! Each event gets a number: the time in milliseconds since 1970, but never less than an earlier
//! number of any node, also after restarts. A revocation ends the sessions whose number is not
//! higher than its own. So it ends every session that began before it, and none that began after
//! it, even if clocks differ or are set.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// The highest number known to this process.
pub(crate) struct Order(AtomicI64);

/// An event that gets a number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Event {
    /// A sign-in: its number is higher than all before it.
    SignIn,
    /// A revocation: its number is at least as high as all before it.
    Revocation,
}

impl Event {
    /// The least difference between its number and the highest before it.
    pub(crate) fn distance(self) -> i64 {
        match self {
            Self::SignIn => 1,
            Self::Revocation => 0,
        }
    }
}

impl Order {
    pub(crate) fn starting_at(newest: i64) -> Self {
        Self(AtomicI64::new(newest))
    }

    /// Returns the number of an event that happens `now`.
    pub(crate) fn number(&self, event: Event, now: Timestamp) -> i64 {
        let now = now.as_millisecond();
        let after = |newest: i64| now.max(newest.saturating_add(event.distance()));
        let before = self
            .0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |newest| {
                Some(after(newest))
            });
        after(before.unwrap_or_else(|newest| newest))
    }

    /// Raises the highest number to one of another node or run.
    pub(crate) fn advance_to(&self, number: i64) {
        self.0.fetch_max(number, Ordering::AcqRel);
    }
}

/// A number as a time.
pub(crate) fn time_of(number: i64) -> Timestamp {
    Timestamp::from_millisecond(number).unwrap_or(Timestamp::MAX)
}
