//! The revocation list that several nodes share, as one of them follows it.
//!
//! A node reads what was added since the last time, when Redis says that the stream has changed and
//! every half second. A failover may take the last entries back: a node that misses one which it
//! has read or written reads the stream again from its beginning, and adds what it knows and the
//! stream does not.

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use parking_lot::Mutex;

use super::{
    Added,
    entry::{Entry, Name},
    list::{List, Round, SHARDS},
    stream::{Content, Item, PAGE, Place, Stream},
};
use crate::{
    clock::Clock,
    storage::{Unavailable, redis::TRUST},
};

/// The stream, and the list in memory that follows it.
pub(super) struct SharedLog {
    stream: Stream,
    list: Arc<List>,
    clock: Clock,
    progress: Mutex<Progress>,
}

/// How far the stream was read.
#[derive(Default)]
struct Progress {
    /// The last entry that was read.
    last: Option<Place>,
    /// When that was asked for and was all.
    at: Option<Instant>,
    /// Entries of this node that were not read since.
    written: BTreeSet<Place>,
    /// The newest entry that only a later version can read.
    unreadable: Option<Place>,
    round: Round,
}

impl SharedLog {
    pub(super) fn new(stream: Stream, list: Arc<List>, clock: Clock) -> Self {
        Self {
            stream,
            list,
            clock,
            progress: Mutex::default(),
        }
    }

    /// Whether it is known what other nodes ended.
    pub(super) fn vouch(&self) -> Result<(), Unavailable> {
        let progress = self.progress.lock();
        if progress.unreadable.is_some() {
            let reason = "the shared revocation list has an entry of a later version";
            return Err(anyhow::anyhow!(reason).into());
        }
        if progress.at.is_none_or(|at| at.elapsed() >= TRUST) {
            return Err(anyhow::anyhow!("the shared revocation list cannot be read").into());
        }
        Ok(())
    }

    /// Writes an entry; it is in force here when Redis has it.
    pub(super) async fn add(
        &self,
        entry: Entry,
        logout_token: Option<Name>,
    ) -> Result<Added, Unavailable> {
        let Some(place) = self.stream.add(&entry, logout_token).await? else {
            return Ok(Added::TokenTakenBefore);
        };
        let mut progress = self.progress.lock();
        progress.written.insert(place);
        self.list.add(&entry, progress.round, self.clock.now());
        Ok(Added::Yes)
    }

    /// Reads what was added since the last time, and adds what was lost.
    pub(super) async fn catch_up(&self) -> Result<(), Unavailable> {
        let unreadable = self.progress.lock().unreadable;
        if let Some(place) = unreadable
            && !self.stream.holds(place).await?
        {
            return self.read_again(place).await;
        }
        if !self.read_on().await? {
            {
                let mut progress = self.progress.lock();
                progress.last = None;
                progress.round = progress.round.wrapping_add(1);
            }
            self.read_on().await?;
            self.add_what_is_missing().await?;
        }
        Ok(())
    }

    /// Reads from the beginning, now that the entry is gone which could not be read.
    async fn read_again(&self, gone: Place) -> Result<(), Unavailable> {
        self.progress.lock().last = None;
        self.read_on().await?;
        self.progress
            .lock()
            .unreadable
            .take_if(|place| *place == gone);
        Ok(())
    }

    /// Reads to the end; `false` when entries are gone that were there before.
    async fn read_on(&self) -> Result<bool, Unavailable> {
        let (mut last, mut expected) = {
            let mut progress = self.progress.lock();
            let last = progress.last;
            // The others were read before their writer heard of them.
            progress.written.retain(|place| Some(*place) > last);
            (last, progress.written.clone())
        };
        loop {
            let asked = Instant::now();
            let page = self.stream.page(last).await?;
            let is_last = page.len() < PAGE;
            let mut items = page.into_iter();
            // The page begins with the entry that was read last, unless that is gone.
            if last.is_some() && items.next().map(|item| item.place) != last {
                return Ok(false);
            }
            let mut progress = self.progress.lock();
            for item in items {
                self.apply(&item, &mut progress);
                expected.remove(&item.place);
                progress.written.remove(&item.place);
                last = Some(item.place);
            }
            progress.last = last;
            if is_last {
                progress.at = Some(asked);
                progress.written.retain(|place| !expected.contains(place));
                return Ok(expected.is_empty());
            }
        }
    }

    fn apply(&self, Item { place, content }: &Item, progress: &mut Progress) {
        match content {
            Content::Entry(entry) => self.list.add(entry, progress.round, self.clock.now()),
            Content::Ignorable => {
                tracing::info!(%place, "an entry of a later version is passed over");
            }
            Content::Unreadable => {
                tracing::error!(
                    %place,
                    "the shared revocation list has an entry that only a later version can read; \
                     until it is gone, this node cannot tell which sessions have ended"
                );
                progress.unreadable = Some(*place);
            }
        }
    }

    /// Adds what this node knows and the stream does not. Nodes begin at different places, and look
    /// at what the others have added meanwhile.
    async fn add_what_is_missing(&self) -> Result<(), Unavailable> {
        let first = usize::from(rand::random::<u8>());
        let mut added = 0;
        for shard in (first..SHARDS).chain(0..first) {
            let (round, now) = (self.progress.lock().round, self.clock.now());
            if self.list.not_seen_in(round, shard, now).is_empty() {
                continue;
            }
            self.read_on().await?;
            let entries = self.list.not_seen_in(round, shard, now);
            for page in entries.chunks(PAGE) {
                let places = self.stream.add_all(page).await?;
                added += places.len();
                let mut progress = self.progress.lock();
                progress.written.extend(places);
                for entry in page {
                    self.list.add(entry, round, now);
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
