//! The Redis stream with the list of several nodes.

use std::{
    fmt,
    sync::{Arc, LazyLock},
    time::Duration,
};

use anyhow::Context;
use redis::{Script, cmd, pipe};
use storage::{Redis, Unavailable};

use crate::{
    entry::{Entry, Name, TOKEN_MEMORY},
    order::Event,
};

/// The Redis key of the list, a stream.
pub(crate) const STREAM: &str = "session-revocations";
/// The tokens that were used, by expiry; in the slot of the stream.
const TOKENS: &str = "{session-revocations}:logout-tokens";
/// The highest number of a sign-in or revocation, see `order`; in the slot of the stream.
const NEWEST: &str = "{session-revocations}:newest";
/// The field that marks an entry as safe to ignore for nodes that cannot read it.
const IGNORABLE: &str = "ignorable";
/// Entries read or written in one call.
pub(crate) const PAGE: usize = 2_000;

/// Adds an entry and drops expired ones, unless its token was used before. ARGV: version, entry,
/// longest lifetime of a session in milliseconds, token, milliseconds for which tokens are stored.
static ADD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = math.floor(time[1] * 1000 + time[2] / 1000)
         if ARGV[4] ~= '' then
             redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
             local added = redis.call('ZADD', KEYS[2], 'NX', now + ARGV[5], ARGV[4])
             if added == 0 then return false end
             redis.call('PEXPIRE', KEYS[2], ARGV[5])
         end
         local id = redis.call('XADD', KEYS[1], 'MINID', '~', now - ARGV[3], '*',
                               ARGV[1], ARGV[2])
         redis.call('PEXPIRE', KEYS[1], ARGV[3])
         return id",
    )
});

/// Numbers an event. ARGV: the node's own number, the least distance to the highest number, longest
/// lifetime of a session in milliseconds.
static NUMBER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local newest = tonumber(redis.call('GET', KEYS[1]) or 0)
         local number = math.max(tonumber(ARGV[1]), newest + tonumber(ARGV[2]))
         redis.call('SET', KEYS[1], string.format('%.0f', number), 'PX', ARGV[3])
         return number",
    )
});

pub(crate) struct Stream {
    pub(crate) redis: Arc<Redis>,
    pub(crate) max_session_lifetime: Duration,
}

/// The id of an item: milliseconds since 1970, and a number within the millisecond.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct StreamId(i64, u64);

/// An item of the stream.
pub(crate) struct Item {
    pub(crate) id: StreamId,
    pub(crate) content: Content,
}

pub(crate) enum Content {
    Entry(Entry),
    /// Written by a later version, and marked as safe to ignore.
    Ignorable,
    /// Written by a later version: it may end any session.
    Unreadable,
}

impl Stream {
    /// Returns the number of this event among those of all nodes, at least `number`.
    pub(crate) async fn number(&self, event: Event, number: i64) -> Result<i64, Unavailable> {
        let mut script = NUMBER.key(NEWEST);
        script.arg(number).arg(event.distance());
        script.arg(self.max_session_lifetime.as_millis());
        self.redis.run_script(&script).await
    }

    /// Adds an entry. Returns `None` if its token was used before.
    pub(crate) async fn add(
        &self,
        entry: &Entry,
        token: Option<Name>,
    ) -> Result<Option<StreamId>, Unavailable> {
        let token = token.as_ref().map_or(&[][..], |name| name);
        let mut add = ADD.key(STREAM);
        add.key(TOKENS).arg(Entry::VERSION).arg(entry.to_bytes());
        add.arg(self.max_session_lifetime.as_millis());
        add.arg(token)
            .arg(TOKEN_MEMORY.max(self.max_session_lifetime).as_millis());
        let id: Option<String> = self.redis.run_script(&add).await?;
        Ok(id.map(|id| StreamId::parse(&id)).transpose()?)
    }

    /// Adds lost entries again.
    pub(crate) async fn add_all(&self, entries: &[Entry]) -> Result<Vec<StreamId>, Unavailable> {
        let mut commands = pipe();
        for entry in entries {
            let mut add = cmd("XADD");
            add.arg(STREAM).arg("*");
            add.arg(Entry::VERSION).arg(entry.to_bytes());
            commands.add_command(add);
        }
        let lifetime = self.max_session_lifetime.as_millis();
        let expire = cmd("PEXPIRE").arg(STREAM).arg(lifetime).take();
        commands.add_command(expire).ignore();
        let ids: Vec<String> = self.redis.run_all(&commands).await?;
        Ok(ids
            .iter()
            .map(|id| StreamId::parse(id))
            .collect::<Result<_, _>>()?)
    }

    /// Returns at most [`PAGE`] items, beginning with `from` or with the first.
    pub(crate) async fn page(&self, from: Option<StreamId>) -> Result<Vec<Item>, Unavailable> {
        let mut range = cmd("XRANGE");
        let from = from.map_or_else(|| "-".to_owned(), |id| id.to_string());
        range.arg(STREAM).arg(from).arg("+");
        let items: Vec<(String, Vec<Vec<u8>>)> =
            self.redis.run(range.arg("COUNT").arg(PAGE)).await?;
        let items = items.into_iter().map(|(id, fields)| {
            let id = StreamId::parse(&id)?;
            let content = Content::read(&fields);
            Ok(Item { id, content })
        });
        Ok(items.collect::<anyhow::Result<_>>()?)
    }

    /// Returns `true` if the stream still contains the item.
    pub(crate) async fn contains(&self, id: StreamId) -> Result<bool, Unavailable> {
        let id = id.to_string();
        let range = cmd("XRANGE").arg(STREAM).arg(&id).arg(&id).take();
        let items: Vec<redis::Value> = self.redis.run(&range).await?;
        Ok(!items.is_empty())
    }
}

impl Content {
    fn read(fields: &[Vec<u8>]) -> Self {
        let field = |name: &str| {
            let mut pairs = fields.chunks_exact(2);
            let found = pairs.find(|pair| pair[0] == name.as_bytes());
            found.map(|pair| pair[1].as_slice())
        };
        match field(Entry::VERSION).and_then(Entry::from_bytes) {
            Some(entry) => Self::Entry(entry),
            None if field(IGNORABLE).is_some() => Self::Ignorable,
            None => Self::Unreadable,
        }
    }
}

impl StreamId {
    fn parse(id: &str) -> anyhow::Result<Self> {
        let (ms, number) = id.split_once('-').context("not the id of an entry")?;
        Ok(Self(ms.parse()?, number.parse()?))
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.1)
    }
}
