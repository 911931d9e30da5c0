//! Errors of storing a session.

use storage::Unavailable;

/// The result of an operation of a store.
pub(crate) type StoreResult<T> = Result<T, Unavailable>;

/// The cookies of a session would take more than the budget: browsers or proxies would drop them.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the session takes {size} bytes of cookies, the budget is {budget}")]
pub struct TooLarge {
    /// Bytes of all session cookies, names and values.
    pub size: usize,
    /// Bytes allowed.
    pub budget: usize,
}

/// The reason why a session, or its new tokens, could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// It does not fit into cookies.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The store is unavailable.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<anyhow::Error> for SaveError {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<TooLarge>() {
            Ok(too_large) => Self::TooLarge(too_large),
            Err(error) => Self::Unavailable(error.into()),
        }
    }
}
