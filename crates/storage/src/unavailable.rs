//! The error of storage that fails or takes too long.

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

/// Longest time for one command: with the rest of a request, less than a second.
#[cfg(any(feature = "redis", feature = "sqlite"))]
pub(crate) const DEADLINE: std::time::Duration = std::time::Duration::from_millis(900);

/// Fails with [`Unavailable`] if `command` takes longer than [`DEADLINE`].
#[cfg(any(feature = "redis", feature = "sqlite"))]
pub(crate) async fn in_time<T>(
    command: impl Future<Output = Result<T, Unavailable>>,
) -> Result<T, Unavailable> {
    tokio::time::timeout(DEADLINE, command)
        .await
        .map_err(|late| anyhow::Error::new(late).context("no response in time"))?
}
