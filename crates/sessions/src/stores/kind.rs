//! Which stores there are.

use serde::Serialize;

/// The stores there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SessionStoreKind))]
pub enum StoreKind {
    /// The whole session, sealed, in the browser's cookies.
    Cookie,
    /// An embedded database: one machine, nothing else to run.
    Sqlite,
    /// Redis or Valkey (`REDIS_URL`): several machines.
    Redis,
}

impl StoreKind {
    /// The place that a session is read from if it is not cached, as a word for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cookie => "cookies",
            Self::Sqlite => "sqlite",
            Self::Redis => "redis",
        }
    }
}
