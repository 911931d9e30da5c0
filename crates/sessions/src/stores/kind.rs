//! The kinds of stores.

use serde::Serialize;

/// A kind of store.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SessionStoreKind))]
pub enum StoreKind {
    /// The browser's cookies, which contain the whole session, sealed.
    Cookie,
    /// An embedded database, for one machine.
    Sqlite,
    /// Redis or Valkey, for several machines.
    Redis,
}

impl StoreKind {
    /// The source of a session that is not cached, for the demo page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cookie => "cookies",
            Self::Sqlite => "sqlite",
            Self::Redis => "redis",
        }
    }
}
