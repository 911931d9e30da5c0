//! Revocation lists without an application around them, and sessions to ask them about.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use backend::{
    clock::Clock,
    session::{
        UserSession,
        revocation::{Added, Revocation, Revocations, Session, Subject},
    },
    storage::Unavailable,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::harness::{
    redis_server::RedisServer,
    stores::{a_session, open},
};

pub use crate::harness::stores::handle;

pub const HOUR: Duration = Duration::from_secs(3600);

pub async fn in_sqlite(folder: &Path, clock: &Clock) -> Arc<Revocations> {
    let folder = format!("--data-dir={}", folder.display());
    open(&[&folder], clock).await.expect("the list").revocations
}

pub async fn in_redis(redis: &RedisServer, clock: &Clock) -> Arc<Revocations> {
    at(&redis.url(), clock).await
}

/// The shared list at this address.
pub async fn at(url: &str, clock: &Clock) -> Arc<Revocations> {
    let url = format!("--redis-url={url}");
    open(&[&url], clock).await.expect("the list").revocations
}

/// The end of the session with this name.
pub fn session(name: &str) -> Subject {
    Subject::session(handle(name))
}

pub async fn end(list: &Revocations, clock: &Clock, subject: Subject) {
    let added = list.add(Revocation::of(subject, clock.now() + HOUR)).await;
    assert_eq!(added.expect("the list is written"), Added::Yes);
}

/// A session that `ada` or somebody else began.
pub fn session_of(user: &str, sid: &str, created_at: Timestamp) -> UserSession {
    let mut session = UserSession {
        provider_session_id: Some(sid.to_owned()),
        created_at,
        ..a_session()
    };
    session.user.id = user.to_owned();
    session
}

/// Whether the list means this session.
pub fn is_listed(
    list: &Revocations,
    name: &str,
    session: &UserSession,
) -> Result<bool, Unavailable> {
    let reason = list.reason(&Session {
        handle: handle(name).into(),
        user: &session.user.id,
        provider_session: session.provider_session_id.as_deref(),
        created_at: session.created_at,
    });
    Ok(reason?.is_some())
}

pub fn is_ended(list: &Revocations, name: &str, session: &UserSession) -> bool {
    is_listed(list, name, session).expect("the list can be read")
}

/// Whether the session with this name, of nobody in particular, was ended; `None` while the list
/// cannot vouch for it.
pub fn names(list: &Revocations, name: &str) -> Option<bool> {
    let session = session_of("nobody", "nowhere", Timestamp::MAX);
    is_listed(list, name, &session).ok()
}

/// Waits until the list knows of the end of the session with this name, two seconds at most.
pub async fn comes_to_know(list: &Revocations, name: &str) {
    let began = Instant::now();
    while names(list, name) != Some(true) {
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "{name}: {:?}",
            names(list, name)
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The entry of the shared list as the first version wrote it.
pub fn first_version(subject: &Value, until: Timestamp) -> String {
    json!({ "reason": "ended", "subject": subject, "until": until.as_millisecond() }).to_string()
}
