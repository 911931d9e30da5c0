//! The list that several nodes share, and its copy in memory.
//!
//! A node reads new entries when Redis pushes a change of the stream, and every half second. A
//! failover can lose the last entries. If one that this node read or wrote is missing, it reads the
//! whole stream again, and adds the entries that it knows and the stream does not contain.

use std::{
    collections::BTreeSet,
    sync::{Arc, Weak},
    time::Instant,
};

use jiff::Timestamp;
use parking_lot::Mutex;
use storage::{Clock, HEARTBEAT, MAX_STALENESS, Unavailable};
use tokio::sync::{Notify, watch};

use crate::{
    entry::{Entry, Revocation, Scope},
    list::{List, SHARDS},
    order::{Event, Order, time_of},
    session::Added,
    shard::ReadPass,
    stream::{Content, Item, PAGE, Stream, StreamId},
};

/// Reads of [`follow`] for which a request waits: they may be too slow each time.
const AWAITED_READS: usize = 3;

/// The stream, and the list in memory.
pub(crate) struct SharedList {
    stream: Stream,
    list: Arc<List>,
    order: Order,
    clock: Clock,
    progress: Mutex<Progress>,
    /// Changes with each read of [`follow`]; `false` if it failed.
    reads: watch::Sender<bool>,
}

/// The part of the stream that was read.
#[derive(Default)]
struct Progress {
    /// The last item that was read.
    last: Option<StreamId>,
    /// Start of the last read that reached the end of the stream.
    complete_at: Option<Instant>,
    /// Entries of this node that were not read back yet.
    written: BTreeSet<StreamId>,
    /// The newest entry that only a later version can read.
    unreadable: Option<StreamId>,
    read_pass: ReadPass,
}

impl SharedList {
    pub(crate) fn new(stream: Stream, list: Arc<List>, clock: Clock) -> Self {
        Self {
            stream,
            list,
            order: Order::starting_at(0),
            clock,
            progress: Mutex::default(),
            reads: watch::Sender::new(true),
        }
    }

    /// Checks that the revocations of other nodes are known.
    pub(crate) fn ensure_current(&self) -> Result<(), Unavailable> {
        let progress = self.progress.lock();
        if progress.unreadable.is_some() {
            let reason = "the shared revocation list has an entry of a later version";
            return Err(anyhow::anyhow!(reason).into());
        }
        let complete_at = progress.complete_at;
        if complete_at.is_none_or(|time| time.elapsed() >= MAX_STALENESS) {
            return Err(anyhow::anyhow!("the shared revocation list cannot be read").into());
        }
        Ok(())
    }

    /// Waits for the next read if the last one succeeded and is too old, as after a pause of this
    /// process.
    pub(crate) async fn wait_until_current(&self) -> Result<(), Unavailable> {
        let mut reads = self.reads.subscribe();
        for _ in 0..AWAITED_READS {
            let has_failed = !*reads.borrow_and_update();
            let is_unreadable = self.progress.lock().unreadable.is_some();
            if has_failed || is_unreadable || self.ensure_current().is_ok() {
                break;
            }
            let _ = reads.changed().await;
        }
        self.ensure_current()
    }

    /// Numbers an event in the order of all nodes, see `order`.
    pub(crate) async fn number(&self, event: Event) -> Result<Timestamp, Unavailable> {
        let number = self.order.number(event, self.clock.now());
        let number = self.stream.number(event, number).await?;
        self.order.advance_to(number);
        Ok(time_of(number))
    }

    /// Writes an entry. It is in force on this node once Redis has confirmed it.
    pub(crate) async fn add(&self, revocation: Revocation) -> Result<Added, Unavailable> {
        let created_until = match revocation.scope {
            // Revoked by name, so the number does not matter.
            Scope::Session(_) => self.clock.now(),
            _ => self.number(Event::Revocation).await?,
        };
        let entry = Entry::new(&revocation, created_until, self.clock.now());
        let Some(id) = self.stream.add(&entry, revocation.token).await? else {
            return Ok(Added::TokenUsedBefore);
        };
        let mut progress = self.progress.lock();
        progress.written.insert(id);
        self.list.add(&entry, progress.read_pass, self.clock.now());
        Ok(Added::Recorded)
    }

    /// Reads new entries, and adds lost ones again.
    pub(crate) async fn catch_up(&self) -> Result<(), Unavailable> {
        let unreadable = self.progress.lock().unreadable;
        if let Some(id) = unreadable
            && !self.stream.contains(id).await?
        {
            return self.read_again(id).await;
        }
        if !self.read_on().await? {
            {
                let mut progress = self.progress.lock();
                progress.last = None;
                progress.read_pass = progress.read_pass.wrapping_add(1);
            }
            self.read_on().await?;
            self.add_lost_entries().await?;
        }
        Ok(())
    }

    /// Reads the whole stream after the unreadable entry `gone` was removed from it.
    async fn read_again(&self, gone: StreamId) -> Result<(), Unavailable> {
        self.progress.lock().last = None;
        self.read_on().await?;
        self.progress.lock().unreadable.take_if(|id| *id == gone);
        Ok(())
    }

    /// Reads to the end of the stream. Returns `false` if known entries are missing.
    async fn read_on(&self) -> Result<bool, Unavailable> {
        let (mut last, mut expected) = {
            let mut progress = self.progress.lock();
            let last = progress.last;
            // Entries up to `last` were read before their `XADD` returned.
            progress.written.retain(|id| Some(*id) > last);
            (last, progress.written.clone())
        };
        loop {
            let asked = Instant::now();
            let page = self.stream.page(last).await?;
            let is_last = page.len() < PAGE;
            let mut items = page.into_iter();
            // The page begins with the last item that was read, unless that is missing.
            if last.is_some() && items.next().map(|item| item.id) != last {
                return Ok(false);
            }
            let mut progress = self.progress.lock();
            for item in items {
                self.apply(&item, &mut progress);
                expected.remove(&item.id);
                progress.written.remove(&item.id);
                last = Some(item.id);
            }
            progress.last = last;
            if is_last {
                progress.complete_at = Some(asked);
                progress.written.retain(|id| !expected.contains(id));
                return Ok(expected.is_empty());
            }
        }
    }

    fn apply(&self, Item { id, content }: &Item, progress: &mut Progress) {
        match content {
            Content::Entry(entry) => {
                self.order.advance_to(entry.created_until.as_millisecond());
                self.list.add(entry, progress.read_pass, self.clock.now());
            }
            Content::Ignorable => {
                tracing::info!(%id, "an entry of a later version is ignored");
            }
            Content::Unreadable => {
                tracing::error!(
                    %id,
                    "the shared revocation list has an entry that only a later version can read; \
                     until it is gone, this node cannot tell which sessions are revoked"
                );
                progress.unreadable = Some(*id);
            }
        }
    }

    /// Adds the entries that this node knows and the stream does not contain. Each node begins with
    /// a random table, and first reads the entries that other nodes have added again.
    async fn add_lost_entries(&self) -> Result<(), Unavailable> {
        let first = usize::from(rand::random::<u8>());
        let mut added = 0;
        for shard in (first..SHARDS).chain(0..first) {
            let read_pass = self.progress.lock().read_pass;
            let now = self.clock.now();
            if self.list.not_seen_in(read_pass, shard, now).is_empty() {
                continue;
            }
            self.read_on().await?;
            let entries = self.list.not_seen_in(read_pass, shard, now);
            for page in entries.chunks(PAGE) {
                let ids = self.stream.add_all(page).await?;
                added += ids.len();
                let mut progress = self.progress.lock();
                progress.written.extend(ids);
                for entry in page {
                    self.list.add(entry, read_pass, now);
                }
            }
        }
        if added > 0 {
            tracing::warn!(
                added,
                "Redis had lost entries of the revocation list; this node has added them again"
            );
        }
        Ok(())
    }
}

/// Reads the stream whenever it changes, and regularly, until the list is dropped.
pub(crate) async fn follow(list: Weak<SharedList>, changed: Arc<Notify>) {
    loop {
        let _ = tokio::time::timeout(HEARTBEAT, changed.notified()).await;
        let Some(list) = list.upgrade() else { return };
        let outcome = list.catch_up().await;
        list.reads.send_replace(outcome.is_ok());
        if let Err(error) = outcome {
            tracing::warn!(%error, "the shared revocation list cannot be read");
            tokio::time::sleep(HEARTBEAT).await;
        }
    }
}
