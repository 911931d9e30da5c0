//! The list in a database of your own, and its copy in memory.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use jiff::Timestamp;
use parking_lot::Mutex;
use storage::{Clock, Unavailable};

use crate::{
    entry::{Entry, Revocation, Scope, TOKEN_MEMORY},
    list::List,
    log::Log,
    order::{Event, Order, time_of},
    session::Added,
};

/// Pause between two reads of new entries, if nobody asks for them before.
const READ_INTERVAL: Duration = Duration::from_millis(500);
/// Age at which the list in memory is outdated.
const MAX_STALENESS: Duration = Duration::from_secs(2);
/// The first byte of an entry: the version of its layout.
const LAYOUT: u8 = 1;

/// The log, and the list in memory.
pub(crate) struct LoggedList {
    log: Arc<dyn Log>,
    list: Arc<List>,
    order: Order,
    clock: Clock,
    /// All entries up to this position are in memory.
    position: AtomicI64,
    /// Start of the last read that reached the end of the log.
    complete_at: Mutex<Option<Instant>>,
}

impl LoggedList {
    pub(crate) fn new(log: Arc<dyn Log>, list: Arc<List>, clock: Clock) -> Self {
        Self {
            log,
            list,
            order: Order::starting_at(0),
            clock,
            position: AtomicI64::new(0),
            complete_at: Mutex::default(),
        }
    }

    /// Checks that the revocations of other nodes are known.
    pub(crate) fn ensure_current(&self) -> Result<(), Unavailable> {
        let complete_at = *self.complete_at.lock();
        if complete_at.is_none_or(|time| time.elapsed() >= MAX_STALENESS) {
            return Err(anyhow::anyhow!("the revocation list cannot be read").into());
        }
        Ok(())
    }

    /// Numbers an event in the order of all nodes, see `order`.
    pub(crate) async fn number(&self, event: Event) -> Result<Timestamp, Unavailable> {
        let number = self.order.number(event, self.clock.now());
        let number = self.log.number(number, event.distance()).await?;
        self.order.advance_to(number);
        Ok(time_of(number))
    }

    /// Writes an entry. It is in force on this node once it is written.
    pub(crate) async fn add(&self, revocation: Revocation) -> Result<Added, Unavailable> {
        let now = self.clock.now();
        let created_until = match revocation.scope {
            // Revoked by name, so the number does not matter.
            Scope::Session(_) => now,
            _ => self.number(Event::Revocation).await?,
        };
        let entry = Entry::new(&revocation, created_until, now);
        let bytes = [&[LAYOUT][..], &entry.to_bytes()].concat();
        let token = revocation.token;
        let until = match token {
            Some(_) => entry.until.max(now + TOKEN_MEMORY),
            None => entry.until,
        };
        if !self.log.append(&bytes, until, token).await? {
            return Ok(Added::TokenUsedBefore);
        }
        self.list.add(&entry, 0, now);
        Ok(Added::Recorded)
    }

    /// Reads new entries.
    pub(crate) async fn catch_up(&self) -> Result<(), Unavailable> {
        loop {
            let asked = Instant::now();
            let position = self.position.load(Ordering::Acquire);
            let entries = self.log.entries_after(position).await?;
            let Some((last, _)) = entries.last() else {
                let mut complete_at = self.complete_at.lock();
                *complete_at = (*complete_at).max(Some(asked));
                return Ok(());
            };
            for (_, bytes) in &entries {
                let entry = read(bytes).context("an entry of the revocation list is unknown")?;
                self.order.advance_to(entry.created_until.as_millisecond());
                self.list.add(&entry, 0, self.clock.now());
            }
            self.position.fetch_max(*last, Ordering::AcqRel);
        }
    }
}

/// Reads an entry; `None` if a later version wrote it.
fn read(bytes: &[u8]) -> Option<Entry> {
    Entry::from_bytes(bytes.strip_prefix(&[LAYOUT])?)
}

/// Reads the log regularly, until the list is dropped.
pub(crate) async fn follow(list: Weak<LoggedList>) {
    loop {
        tokio::time::sleep(READ_INTERVAL).await;
        let Some(list) = list.upgrade() else { return };
        if let Err(error) = list.catch_up().await {
            tracing::warn!(%error, "the revocation list cannot be read");
        }
    }
}
