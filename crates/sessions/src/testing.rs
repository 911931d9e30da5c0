//! The contract of stores, for the tests of a store of your own (feature `testing`).

#![expect(clippy::expect_used, reason = "a broken promise is a panic")]

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use futures_util::future::{join, join_all};
use jiff::Timestamp;
use oidc_client::Token;

use crate::{
    CachedResponse, Handle, SessionData, SessionTokens, User, UserSession,
    stores::{self, SessionStore, WriteOutcome},
};

const LIMIT: NonZeroUsize = NonZeroUsize::new(10).expect("ten");

type Store = Arc<dyn SessionStore>;

/// Returns the store of the server; for the tests of this crate.
#[doc(hidden)]
pub fn session_store(store: &stores::Store) -> Option<Store> {
    store.backend.session_store()
}

/// Checks that a store keeps the promises of [`SessionStore`]. `nodes`: the same store, opened once
/// for each node, or only once. It may contain other sessions.
///
/// # Panics
/// If it does not. The message names the promise.
pub async fn check_store(nodes: &[Store]) {
    let (first, last) = (&nodes[0], &nodes[nodes.len() - 1]);
    a_session_is_loaded_as_it_was_stored(first, last).await;
    a_version_is_only_replaced_by_the_next(first, last).await;
    a_deleted_session_is_gone_and_never_comes_back(first, last).await;
    one_of_many_concurrent_versions_is_written(nodes).await;
    a_concurrent_write_does_not_undo_a_deletion(nodes).await;
    the_least_recently_used_beyond_the_limit_are_deleted(first, last).await;
    concurrent_sign_ins_keep_the_limit(nodes).await;
}

async fn a_session_is_loaded_as_it_was_stored(first: &Store, last: &Store) {
    let handle = new_handle();
    let session = session_of(&new_user(), 0);
    assert!(load(last, handle).await.is_none(), "it is not created yet");
    create(first, handle, &session).await;
    let stored = load(last, handle).await.expect("it was created");
    assert_same(&stored, &session);
    let handles = last.handles_of(&session.user.id).await;
    assert_eq!(handles.expect("handles"), [handle]);
    let nobody = last.handles_of("nobody").await.expect("handles");
    assert!(nobody.is_empty(), "sessions are listed by their user");
}

async fn a_version_is_only_replaced_by_the_next(first: &Store, last: &Store) {
    let handle = new_handle();
    let session = session_of(&new_user(), 0);
    let next = version(&session, 2, "next");
    let outcome = replace(first, handle, &next).await;
    assert_eq!(outcome, WriteOutcome::Deleted, "`replace` adds no session");
    assert!(load(first, handle).await.is_none(), "`replace` adds none");
    create(first, handle, &session).await;
    load(last, handle).await;
    assert_eq!(replace(first, handle, &next).await, WriteOutcome::Written);
    for outdated in [1, 2, 4] {
        let outdated = version(&session, outdated, "outdated");
        let outcome = replace(last, handle, &outdated).await;
        assert_eq!(outcome, WriteOutcome::Outdated, "{}", outdated.version);
    }
    let stored = load(last, handle).await.expect("it lives");
    assert_same(&stored, &next);
    let noted = first.note_use(handle, &next).await;
    noted.expect("a use is noted");
    let cached = first.cached(handle);
    let is_current = cached.is_none_or(|cached| cached.version == 2);
    assert!(is_current, "`cached` returns the newest version or none");
}

async fn a_deleted_session_is_gone_and_never_comes_back(first: &Store, last: &Store) {
    let [handle, other] = [new_handle(), new_handle()];
    let session = session_of(&new_user(), 0);
    create(first, handle, &session).await;
    create(first, other, &session).await;
    let newest = version(&session, 2, "newest");
    replace(last, handle, &newest).await;
    let deleted = delete(first, handle, &session).await;
    assert_same(&deleted.expect("its last version"), &newest);
    assert!(first.cached(handle).is_none(), "it is not cached any more");
    assert!(load(last, handle).await.is_none(), "it is deleted");
    let again = delete(last, handle, &session).await;
    assert!(again.is_none(), "it is deleted once");
    let late = version(&session, 3, "late");
    let outcome = replace(last, handle, &late).await;
    assert_eq!(outcome, WriteOutcome::Deleted);
    assert!(load(last, handle).await.is_none(), "it stays deleted");
    assert!(load(first, other).await.is_some(), "others are untouched");
}

async fn one_of_many_concurrent_versions_is_written(nodes: &[Store]) {
    let handle = new_handle();
    let session = session_of(&new_user(), 0);
    create(&nodes[0], handle, &session).await;
    let next = version(&session, 2, "next");
    let writes = (0..30).map(|number| replace(&nodes[number % nodes.len()], handle, &next));
    let outcomes = join_all(writes).await;
    let is_written = |outcome: &&WriteOutcome| **outcome == WriteOutcome::Written;
    let written = outcomes.iter().filter(is_written).count();
    assert_eq!(written, 1, "compare and set is one step");
}

async fn a_concurrent_write_does_not_undo_a_deletion(nodes: &[Store]) {
    let last = &nodes[nodes.len() - 1];
    for _ in 0..10 {
        let handle = new_handle();
        let session = session_of(&new_user(), 0);
        create(&nodes[0], handle, &session).await;
        let next = version(&session, 2, "next");
        let writes = nodes.iter().map(|node| replace(node, handle, &next));
        join(delete(last, handle, &session), join_all(writes)).await;
        for node in nodes {
            assert!(load(node, handle).await.is_none(), "it stays deleted");
        }
    }
}

async fn the_least_recently_used_beyond_the_limit_are_deleted(first: &Store, last: &Store) {
    let user = new_user();
    let mut handles = Vec::new();
    for age in (0..LIMIT.get()).rev() {
        handles.push(new_handle());
        create(first, handles[handles.len() - 1], &session_of(&user, age)).await;
    }
    let newest = new_handle();
    let gone = create(last, newest, &session_of(&user, 0)).await;
    let gone: Vec<_> = gone.into_iter().map(|(handle, _)| handle).collect();
    assert_eq!(
        gone,
        handles[..1],
        "the least recently used one is returned"
    );
    assert!(load(first, handles[0]).await.is_none(), "and deleted");
    assert!(load(first, newest).await.is_some(), "the new one lives");
}

async fn concurrent_sign_ins_keep_the_limit(nodes: &[Store]) {
    let session = session_of(&new_user(), 0);
    let handles: Vec<_> = (0..20).map(|_| new_handle()).collect();
    let sign_ins = handles.iter().enumerate();
    let sign_ins = sign_ins.map(|(number, handle)| {
        let node = &nodes[number % nodes.len()];
        create(node, *handle, &session)
    });
    let gone = join_all(sign_ins).await.into_iter().flatten().count();
    let mut alive = 0;
    for handle in handles {
        alive += usize::from(load(&nodes[0], handle).await.is_some());
    }
    assert_eq!((gone, alive), (10, LIMIT.get()), "deleted, alive");
}

async fn load(store: &Store, handle: Handle) -> Option<Arc<UserSession>> {
    store.load(handle).await.expect("a response")
}

async fn create(
    store: &Store,
    handle: Handle,
    session: &UserSession,
) -> Vec<(Handle, Arc<UserSession>)> {
    let created = store.create(handle, session, LIMIT).await;
    created.expect("a response")
}

async fn replace(store: &Store, handle: Handle, session: &UserSession) -> WriteOutcome {
    store.replace(handle, session).await.expect("a response")
}

async fn delete(store: &Store, handle: Handle, session: &UserSession) -> Option<Arc<UserSession>> {
    let deleted = store.delete(handle, &session.user.id).await;
    deleted.expect("a response")
}

fn assert_same(stored: &UserSession, expected: &UserSession) {
    let json = |session: &UserSession| serde_json::to_value(session).expect("JSON");
    assert_eq!(json(stored), json(expected), "nothing is lost or added");
}

fn new_handle() -> Handle {
    Handle::from(rand::random::<[u8; 16]>())
}

/// The id of a user without sessions.
fn new_user() -> String {
    format!("{} ä'\"\\\u{0}", new_handle())
}

/// A session that was last used so many minutes ago. Its texts are long, and not only ASCII.
fn session_of(user: &str, minutes_ago: usize) -> UserSession {
    let minutes = u64::try_from(minutes_ago).unwrap_or(u64::MAX);
    let now = Timestamp::from_millisecond(Timestamp::now().as_millisecond()).expect("a time");
    let used_at = now - Duration::from_secs(60 * minutes);
    let text = "ä'\"\\ \u{1f980}\u{0}".repeat(50);
    let token = || Token::new(text.clone());
    UserSession {
        version: 1,
        user: User {
            id: user.to_owned(),
            name: Some(text.clone()),
            ..User::default()
        },
        provider_session_id: Some(text.clone()),
        user_agent: Some(text.clone()),
        authenticated_at: Some(now),
        acr: Some(text.clone()),
        amr: vec![text.clone()],
        created_at: used_at,
        ends_at: now + Duration::from_secs(12 * 3600),
        last_seen_at: used_at,
        tokens: SessionTokens::new(token(), now, now, Some(token())),
        device: None,
        data: SessionData::default(),
        cached_response: CachedResponse::default(),
    }
}

fn version(session: &UserSession, version: u64, agent: &str) -> UserSession {
    UserSession {
        version,
        user_agent: Some(agent.to_owned()),
        ..session.clone()
    }
}
