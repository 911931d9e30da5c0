//! Changes of the application's data in a session.

use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    LiveSession, Refusal,
    change::Change,
    state::State,
    stores::{SaveError, TooLarge, WriteOutcome},
};

/// Tries of one change. Each that fails means that another request was faster.
const MAX_TRIES: usize = 1_000;

/// The reason why the data of a session was not changed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum UpdateError {
    /// The session would not fit into cookies. It is unchanged.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The session has ended, or the store is unavailable.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Returns the newest version of a live session.
pub(crate) async fn newest(state: &State, live: LiveSession) -> Result<LiveSession, Refusal> {
    let LiveSession { handle, session } = live;
    let newest = state.store.newest(handle, &session).await?;
    let reason = state.store.end_reason(handle, &session)?;
    match (newest, reason) {
        (Some(session), None) => Ok(LiveSession { handle, session }),
        (_, reason) => Err(Refusal::Ended(reason.unwrap_or_default())),
    }
}

/// Applies `change` to the newest data, again if another request was faster, and stores the result.
pub(crate) async fn update<T>(
    state: &State,
    live: LiveSession,
    change: impl Fn(&mut T),
) -> Result<LiveSession, UpdateError>
where
    T: Default + DeserializeOwned + Serialize,
{
    let mut live = live;
    for _ in 0..MAX_TRIES {
        live = newest(state, live).await?;
        let data = live.session.data.changed(&change).map_err(|error| {
            tracing::error!(%error, "session data cannot be encoded");
            Refusal::Internal
        })?;
        let Some(data) = data else {
            return Ok(live);
        };
        let next = Arc::new(live.session.with_data(data));
        let kept = state.store.backend.keep_data(live.handle, &next).await;
        match kept {
            Ok(WriteOutcome::Written) => {
                let user = &next.user.id;
                state.store.notify(live.handle, user, Change::DataChanged);
                live.session = next;
                return Ok(live);
            }
            Ok(WriteOutcome::Outdated) => {}
            Ok(WriteOutcome::Deleted) => {
                let reason = state.store.end_reason(live.handle, &next);
                let reason = reason.map_err(Refusal::from)?.unwrap_or_default();
                return Err(Refusal::Ended(reason).into());
            }
            Err(SaveError::TooLarge(error)) => return Err(error.into()),
            Err(SaveError::Unavailable(error)) => return Err(Refusal::from(error).into()),
        }
    }
    tracing::error!("session data cannot be stored: each try was outdated");
    Err(Refusal::StoreUnavailable.into())
}
