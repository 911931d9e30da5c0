//! Lists of one machine and of several, and sessions to ask them about.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use revocation_list::{Added, Name, Revocation, RevocationList, Scope, Session};
use storage::{Clock, Database, Redis, Unavailable, digest};
use tokio::sync::Notify;

use crate::redis_server::RedisServer;

pub const HOUR: Duration = Duration::from_secs(3600);
/// The Redis key of the list.
pub const STREAM: &str = "session-revocations";
/// A reason that means nothing here.
pub const REASON: u8 = 7;

/// A time within which a store of a busy machine responds.
const BUSY_MACHINE: Duration = Duration::from_secs(30);

pub async fn in_sqlite(folder: &Path, clock: &Clock) -> Arc<RevocationList> {
    let database = Database::open(&folder.join("revocations.sqlite"), BUSY_MACHINE).await;
    let database = Arc::new(database.expect("the file"));
    let list = RevocationList::open(database, clock.clone()).await;
    list.expect("the list")
}

pub async fn in_redis(redis: &RedisServer, clock: &Clock) -> Arc<RevocationList> {
    at(&redis.url(), clock).await
}

/// A list in SQLite, and one in Redis.
pub async fn in_each(
    folder: &Path,
    redis: &RedisServer,
    clock: &Clock,
) -> [Arc<RevocationList>; 2] {
    [in_sqlite(folder, clock).await, in_redis(redis, clock).await]
}

/// The shared list at this address, for sessions of at most 12 hours.
pub async fn at(url: &str, clock: &Clock) -> Arc<RevocationList> {
    open_shared(url, clock, HOUR * 12).await.expect("the list")
}

pub async fn open_shared(
    url: &str,
    clock: &Clock,
    longest: Duration,
) -> anyhow::Result<Arc<RevocationList>> {
    let changed = Arc::new(Notify::new());
    let notified = Arc::clone(&changed);
    let on_push = move |push| {
        if RevocationList::is_changed_by(&push) {
            notified.notify_one();
        }
    };
    let redis = Redis::open(&url.into(), BUSY_MACHINE, clock.clone(), on_push).await?;
    RevocationList::open_shared(redis, longest, changed, clock.clone()).await
}

/// The name of a session, made up from a word.
pub fn name(word: &str) -> Name {
    digest(word)
}

/// The scope of the session with this name.
pub fn session(word: &str) -> Scope {
    Scope::session(name(word))
}

pub async fn end(list: &RevocationList, clock: &Clock, scope: Scope) {
    let revocation = Revocation::new(scope, REASON, clock.now() + HOUR);
    let added = list.add(revocation).await;
    assert_eq!(added.expect("the list is written"), Added::Recorded);
}

/// A session that the tests ask about.
pub struct Asked {
    user: String,
    sid: String,
    created_at: Timestamp,
}

/// A session that `ada` or somebody else began.
pub fn session_of(user: &str, sid: &str, created_at: Timestamp) -> Asked {
    let (user, sid) = (user.to_owned(), sid.to_owned());
    Asked {
        user,
        sid,
        created_at,
    }
}

/// Returns the reason for which this session was revoked by its user or provider session.
pub fn reason_of(list: &RevocationList, asked: &Asked) -> Option<u8> {
    find(list, "any", asked).expect("the list can be read")
}

fn find(list: &RevocationList, word: &str, asked: &Asked) -> Result<Option<u8>, Unavailable> {
    list.find(&Session {
        name: name(word),
        user: &asked.user,
        provider_session: Some(&asked.sid),
        created_at: asked.created_at,
    })
}

/// Returns whether the list contains this session.
pub fn is_listed(list: &RevocationList, word: &str, asked: &Asked) -> Result<bool, Unavailable> {
    Ok(find(list, word, asked)?.is_some())
}

pub fn is_ended(list: &RevocationList, word: &str, asked: &Asked) -> bool {
    is_listed(list, word, asked).expect("the list can be read")
}

/// Returns whether the session with this name was revoked; `None` while the list is not current.
pub fn names(list: &RevocationList, word: &str) -> Option<bool> {
    let asked = session_of("nobody", "nowhere", Timestamp::MAX);
    is_listed(list, word, &asked).ok()
}

/// Waits until the list contains the session with this name.
pub async fn comes_to_know(list: &RevocationList, word: &str) {
    let began = Instant::now();
    while names(list, word) != Some(true) {
        let found = names(list, word);
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{word}: {found:?}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Writes an entry to the stream as another node would, under this id (`*`: the next one).
pub async fn write_entry(
    redis: &RedisServer,
    id: &str,
    subject: Scope,
    before: Timestamp,
    until: Timestamp,
) {
    let (kind, name) = match subject {
        Scope::Session(name) => (1, name),
        Scope::User(name) => (2, name),
        other => panic!("not needed by any test: {other:?}"),
    };
    let [before, until] = [before, until].map(|time| time.as_millisecond().to_be_bytes());
    let bytes = [&[kind, 0][..], &before, &until, &name].concat();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let script = "local entry = ARGV[2]:gsub('..', function(hex)
                      return string.char(tonumber(hex, 16))
                  end)
                  return redis.call('XADD', KEYS[1], ARGV[1], '1', entry)";
    redis
        .command(&["EVAL", script, "1", STREAM, id, &hex])
        .await;
}
