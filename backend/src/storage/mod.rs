//! What holds data: the SQLite file of this machine, the Redis that several machines share. Knows
//! nothing of what it holds.

pub mod redis;
pub mod sqlite;
mod write_check;

use std::time::Duration;

use anyhow::Context;

/// How long storage may take: with the rest of a request, less than a second.
pub const DEADLINE: Duration = Duration::from_millis(900);

/// What holds the data cannot do its work at the moment; nothing is known to be lost.
#[derive(Debug, thiserror::Error)]
#[error("storage is unavailable: {0:#}")]
pub struct Unavailable(#[from] anyhow::Error);

impl From<tokio_rusqlite::Error> for Unavailable {
    fn from(error: tokio_rusqlite::Error) -> Self {
        Self(error.into())
    }
}

impl From<::redis::RedisError> for Unavailable {
    fn from(error: ::redis::RedisError) -> Self {
        Self(error.into())
    }
}

/// Gives storage its time.
///
/// # Errors
/// When the work fails, or takes longer than [`DEADLINE`]; it may have been done all the same.
pub async fn in_time<T>(
    work: impl Future<Output = Result<T, Unavailable>>,
) -> Result<T, Unavailable> {
    tokio::time::timeout(DEADLINE, work)
        .await
        .context("no answer in time")?
}
