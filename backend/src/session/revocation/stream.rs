//! The Redis stream that holds the list of several nodes: how entries are written and read.

use std::{
    fmt,
    sync::{Arc, LazyLock},
    time::Duration,
};

use anyhow::Context;
use jiff::Timestamp;
use redis::{Script, cmd, pipe};

use super::{
    earlier_format,
    entry::{Entry, Name, VERSION},
};
use crate::storage::{Unavailable, redis::Redis};

/// The Redis stream that holds the list.
pub const STREAM: &str = "session-revocations";
/// The logout tokens that were taken, by the time until which that matters; in the slot of the
/// stream.
const TOKENS: &str = "{session-revocations}:logout-tokens";
/// The field of an entry of the version before [`VERSION`].
const EARLIER: &str = "entry";
/// A field beside an entry that a node which cannot read it may pass over.
const IGNORABLE: &str = "ignorable";
/// Entries read or written in one call.
pub(super) const PAGE: usize = 2_000;

/// Adds an entry, dropping those that outlived the sessions they end; nothing when its logout token
/// was taken before. ARGV: version, entry, the longest life of a session in milliseconds, when the
/// entry may be forgotten, logout token.
static ADD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = math.floor(time[1] * 1000 + time[2] / 1000)
         if ARGV[5] ~= '' then
             redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
             if redis.call('ZADD', KEYS[2], 'NX', ARGV[4], ARGV[5]) == 0 then return false end
             redis.call('PEXPIRE', KEYS[2], ARGV[3])
         end
         local id = redis.call('XADD', KEYS[1], 'MINID', '~', now - ARGV[3], '*', ARGV[1], ARGV[2])
         redis.call('PEXPIRE', KEYS[1], ARGV[3])
         return id",
    )
});

pub(super) struct Stream {
    pub(super) redis: Arc<Redis>,
    /// How long a session may live.
    pub(super) longest: Duration,
}

/// A place in the stream: milliseconds since 1970, and a number among those of the same
/// millisecond.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Place(i64, u64);

/// What the stream holds at one place.
pub(super) struct Item {
    pub(super) place: Place,
    pub(super) content: Content,
}

pub(super) enum Content {
    Entry(Entry),
    /// Of a later version, which says that it may be passed over.
    Ignorable,
    /// Of a later version: nobody knows what it ends.
    Unreadable,
}

impl Stream {
    /// Gives back where the new entry stands; `None` when its logout token was taken before.
    pub(super) async fn add(
        &self,
        entry: &Entry,
        logout_token: Option<Name>,
    ) -> Result<Option<Place>, Unavailable> {
        let token = logout_token.as_ref().map_or(&[][..], |name| name);
        let mut add = ADD.key(STREAM);
        add.key(TOKENS).arg(VERSION).arg(entry.to_bytes());
        add.arg(self.longest.as_millis());
        add.arg(entry.until.as_millisecond()).arg(token);
        let id: Option<String> = self.redis.run_script(&add).await?;
        Ok(id.map(|id| Place::of(&id)).transpose()?)
    }

    /// Adds entries, whoever asked for them once; gives back where they stand.
    pub(super) async fn add_all(&self, entries: &[Entry]) -> Result<Vec<Place>, Unavailable> {
        let mut commands = pipe();
        for entry in entries {
            let mut add = cmd("XADD");
            add.arg(STREAM).arg("*").arg(VERSION).arg(entry.to_bytes());
            commands.add_command(add);
        }
        let mut expire = cmd("PEXPIRE");
        expire.arg(STREAM).arg(self.longest.as_millis());
        commands.add_command(expire).ignore();
        let ids: Vec<String> = self.redis.run_all(&commands).await?;
        Ok(ids
            .iter()
            .map(|id| Place::of(id))
            .collect::<Result<_, _>>()?)
    }

    /// At most [`PAGE`] entries, from this one on, or from the beginning.
    pub(super) async fn page(&self, from: Option<Place>) -> Result<Vec<Item>, Unavailable> {
        let mut range = cmd("XRANGE");
        let from = from.map_or_else(|| "-".to_owned(), |place| place.to_string());
        range.arg(STREAM).arg(from).arg("+");
        let items: Vec<(String, Vec<Vec<u8>>)> =
            self.redis.run(range.arg("COUNT").arg(PAGE)).await?;
        let items = items.into_iter().map(|(id, fields)| {
            let place = Place::of(&id)?;
            let content = Content::of(&fields, place);
            Ok(Item { place, content })
        });
        Ok(items.collect::<anyhow::Result<_>>()?)
    }

    /// Whether there still is an entry at this place.
    pub(super) async fn holds(&self, place: Place) -> Result<bool, Unavailable> {
        let id = place.to_string();
        let range = cmd("XRANGE").arg(STREAM).arg(&id).arg(&id).take();
        let items: Vec<redis::Value> = self.redis.run(&range).await?;
        Ok(!items.is_empty())
    }
}

impl Content {
    fn of(fields: &[Vec<u8>], place: Place) -> Self {
        let field = |name: &str| {
            let mut pairs = fields.chunks_exact(2);
            let found = pairs.find(|pair| pair[0] == name.as_bytes());
            found.map(|pair| pair[1].as_slice())
        };
        let earlier = || {
            let written_at = Timestamp::from_millisecond(place.0).ok()?;
            earlier_format::read(field(EARLIER)?, written_at)
        };
        let entry = field(VERSION).and_then(Entry::from_bytes).or_else(earlier);
        match entry {
            Some(entry) => Self::Entry(entry),
            None if field(IGNORABLE).is_some() => Self::Ignorable,
            None => Self::Unreadable,
        }
    }
}

impl Place {
    fn of(id: &str) -> anyhow::Result<Self> {
        let (ms, number) = id.split_once('-').context("not the id of an entry")?;
        Ok(Self(ms.parse()?, number.parse()?))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.1)
    }
}
