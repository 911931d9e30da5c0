//! Each store keeps the contract.

use std::{sync::Arc, time::Duration};

use sessions::{
    Settings, StoreKind, internal,
    stores::SessionStore,
    testing::{check_store, session_store},
};
use storage::Clock;
use tempfile::TempDir;

use crate::{
    ALONE, own_store::MapStore, postgres::store::PostgresStore, postgres_server::PostgresServer,
    redis_server::RedisServer,
};

/// A time within which a database of a busy machine responds.
const BUSY_MACHINE: Duration = Duration::from_secs(30);
const SECRET: &str = "a secret of at least 32 characters";

pub fn settings(folder: &TempDir) -> Settings {
    let mut settings = Settings::new(vec![SECRET.into()], folder.path());
    settings.store_timeout = BUSY_MACHINE;
    settings
}

/// The store that a node opens with these settings.
async fn built_in(settings: &Settings) -> Arc<dyn SessionStore> {
    let opened = internal::open(settings, &Clock::default(), None).await;
    let opened = opened.expect("a store");
    session_store(&opened.store).expect("it is of the server")
}

#[tokio::test]
async fn the_documented_store_in_memory_keeps_the_contract() {
    let _alone = ALONE.lock().await;
    check_store(&[Arc::new(MapStore::default())]).await;
}

#[tokio::test]
async fn sqlite_keeps_the_contract() {
    let _alone = ALONE.lock().await;
    let folder = TempDir::new().expect("a folder");
    let mut settings = settings(&folder);
    settings.store = StoreKind::Sqlite;
    check_store(&[built_in(&settings).await]).await;
}

#[tokio::test]
async fn redis_keeps_the_contract_on_two_nodes() {
    let _alone = ALONE.lock().await;
    let (folder, redis) = (
        TempDir::new().expect("a folder"),
        RedisServer::start_with(&["--appendfsync", "no"]).await,
    );
    let mut settings = settings(&folder);
    settings.store = StoreKind::Redis;
    settings.redis_url = Some(redis.url().into());
    check_store(&[built_in(&settings).await, built_in(&settings).await]).await;
}

#[tokio::test]
async fn postgres_keeps_the_contract_on_two_nodes() {
    let _alone = ALONE.lock().await;
    let folder = TempDir::new().expect("a folder");
    let (settings, server) = (settings(&folder), PostgresServer::start().await);
    let node = async || {
        let store = PostgresStore::open(&server.url(), &settings, Clock::default()).await;
        Arc::new(store.expect("a store")) as Arc<dyn SessionStore>
    };
    check_store(&[node().await, node().await]).await;
}
