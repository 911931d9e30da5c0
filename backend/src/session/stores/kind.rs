//! Which stores there are.

use clap::ValueEnum;
use serde::Serialize;
use utoipa::ToSchema;

/// The stores there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema, ValueEnum)]
#[serde(rename_all = "lowercase")]
#[schema(as = SessionStoreKind)]
pub enum StoreKind {
    /// The whole session, sealed, in the browser's cookies.
    Cookie,
    /// An embedded database: one machine, nothing else to run.
    Sqlite,
    /// Redis or Valkey (`REDIS_URL`): several machines.
    Redis,
}

impl StoreKind {
    /// Where a session is read from when it is not in memory, in a word.
    pub fn place(self) -> &'static str {
        match self {
            Self::Cookie => "cookies",
            Self::Sqlite => "sqlite",
            Self::Redis => "redis",
        }
    }
}
