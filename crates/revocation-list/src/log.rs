//! The interface of a database of your own that keeps the list for several nodes.

use async_trait::async_trait;
use jiff::Timestamp;
use storage::Unavailable;

use crate::Name;

/// A revocation list in a database that several nodes share, in place of Redis. Return an error
/// within a second if the database is unavailable.
#[async_trait]
pub trait Log: Send + Sync {
    /// Returns the number of an event: `number`, or the highest that was ever returned plus
    /// `distance` if that is higher. Stores it in one step (atomic).
    ///
    /// # Errors
    /// If the database is unavailable.
    async fn number(&self, number: i64, distance: i64) -> Result<i64, Unavailable>;

    /// Appends an entry, which may be deleted after `until`. Returns `false`, and appends nothing,
    /// if `token` was appended before.
    ///
    /// # Errors
    /// If the database is unavailable. The entry may have been appended.
    async fn append(
        &self,
        entry: &[u8],
        until: Timestamp,
        token: Option<Name>,
    ) -> Result<bool, Unavailable>;

    /// Returns entries after this position, in order: all, or the first ones. Positions begin with
    /// 1. An entry must not become visible after one with a higher position.
    ///
    /// # Errors
    /// If the database is unavailable.
    async fn entries_after(&self, position: i64) -> Result<Vec<(i64, Vec<u8>)>, Unavailable>;
}
