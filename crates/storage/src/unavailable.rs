//! The error of storage that fails or takes too long.

#[cfg(any(feature = "redis", feature = "sqlite"))]
use std::time::Duration;

/// The storage backend is unavailable. A write may or may not have happened.
#[derive(Debug, thiserror::Error)]
#[error("storage is unavailable: {0:#}")]
pub struct Unavailable(#[from] anyhow::Error);

#[cfg(feature = "sqlite")]
impl From<tokio_rusqlite::Error> for Unavailable {
    fn from(error: tokio_rusqlite::Error) -> Self {
        Self(error.into())
    }
}

#[cfg(feature = "redis")]
impl From<::redis::RedisError> for Unavailable {
    fn from(error: ::redis::RedisError) -> Self {
        Self(error.into())
    }
}

/// A timeout for `open`: a command and the rest of a request together take less than a second.
#[cfg(any(feature = "redis", feature = "sqlite"))]
pub const DEFAULT_TIMEOUT: Duration = Duration::from_millis(900);

/// Fails with [`Unavailable`] if `command` takes longer than `timeout`.
#[cfg(any(feature = "redis", feature = "sqlite"))]
pub(crate) async fn in_time<T>(
    timeout: Duration,
    command: impl Future<Output = Result<T, Unavailable>>,
) -> Result<T, Unavailable> {
    tokio::time::timeout(timeout, command)
        .await
        .map_err(|late| anyhow::Error::new(late).context("no response in time"))?
}
