//! The number of refreshes is the fence: whoever held a lease too long, or comes after the end,
//! changes nothing.

use std::sync::Arc;

use oidc_client::Token;
use sessions::{EndReason, SessionTokens, StoreKind, UserSession, internal::Store};
use storage::Clock;
use tempfile::TempDir;

use crate::harness::{
    redis_server::RedisServer,
    stores::{a_session, handle, open, open_sqlite},
};

on_every_store! {
    tokens_refreshed_as_often_as_those_that_are_kept_are_not_taken,
    a_session_that_ends_is_given_back_with_its_newest_tokens,
    new_tokens_of_a_session_that_has_ended_are_not_kept,
}

/// Two nodes that share sessions (one process where there is one), and what they stand on.
struct Nodes {
    one: Arc<Store>,
    other: Arc<Store>,
    _redis: Option<RedisServer>,
    _folder: TempDir,
}

async fn nodes(store: StoreKind) -> Nodes {
    let folder = TempDir::new().expect("a folder");
    if store == StoreKind::Sqlite {
        let store = open_sqlite(folder.path()).await;
        return Nodes {
            one: Arc::clone(&store),
            other: store,
            _redis: None,
            _folder: folder,
        };
    }
    let redis = RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    let kind = match store {
        StoreKind::Redis => "--session-store=redis",
        StoreKind::Cookie | StoreKind::Sqlite => "--session-store=cookie",
    };
    let node = async || {
        let opened = open(&[kind, &url], &Clock::default()).await;
        opened.expect("a store").store
    };
    Nodes {
        one: node().await,
        other: node().await,
        _redis: Some(redis),
        _folder: folder,
    }
}

/// The tokens of the first refresh, as one of those who raced got them.
fn refreshed(session: &UserSession, access_token: &str) -> SessionTokens {
    SessionTokens {
        access_token: Token::new(access_token.to_owned()),
        refresh_count: 1,
        ..session.tokens.clone()
    }
}

async fn tokens_refreshed_as_often_as_those_that_are_kept_are_not_taken(store: StoreKind) {
    let nodes = nodes(store).await;
    let (handle, session) = (handle("refreshed twice"), Arc::new(a_session()));
    nodes.one.create(handle, &session).await.expect("created");
    let (first, late) = (refreshed(&session, "first"), refreshed(&session, "late"));
    for (node, tokens) in [(&nodes.one, &first), (&nodes.other, &late)] {
        let kept = node.keep_tokens(handle, &session, tokens).await;
        let kept = kept.expect("an answer").expect("it lives");
        assert!(kept.tokens.access_token == first.access_token);
    }
    for node in [&nodes.one, &nodes.other] {
        let newest = node.newest(handle, &session).await;
        let newest = newest.expect("an answer").expect("it lives");
        assert!(newest.tokens.access_token == first.access_token);
    }
}

async fn a_session_that_ends_is_given_back_with_its_newest_tokens(store: StoreKind) {
    let nodes = nodes(store).await;
    let (handle, session) = (handle("ended"), Arc::new(a_session()));
    nodes.one.create(handle, &session).await.expect("created");
    let tokens = refreshed(&session, "newest");
    let kept = nodes.one.keep_tokens(handle, &session, &tokens).await;
    assert!(kept.expect("an answer").is_some());
    let last = nodes
        .other
        .revoke_and_delete(handle, &session, EndReason::SignedOut)
        .await;
    let last = last.expect("ended");
    assert!(last.tokens.access_token == tokens.access_token);
}

async fn new_tokens_of_a_session_that_has_ended_are_not_kept(store: StoreKind) {
    let nodes = nodes(store).await;
    let (handle, session) = (handle("ended before"), Arc::new(a_session()));
    nodes.one.create(handle, &session).await.expect("created");
    let ended = nodes
        .other
        .revoke_and_delete(handle, &session, EndReason::SignedOut)
        .await;
    assert!(ended.is_ok());
    let tokens = refreshed(&session, "too late");
    let kept = nodes.one.keep_tokens(handle, &session, &tokens).await;
    assert!(kept.expect("an answer").is_none());
}
