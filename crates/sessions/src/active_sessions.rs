//! The sessions of one user: listed and ended together.
//!
//! The end of a user's other sessions is one entry of the revocation list. So it is all or nothing,
//! on every node, and covers sessions that no store lists. Ending any session but one's own
//! requires a recent sign-in (ASVS 7.5.1), see [`crate::Settings::recent_sign_in`].

use std::{cmp::Reverse, time::Duration};

use oidc_client::{Client, LogoutClaims};
use revocation_list::{Added, Revocation, Scope};
use storage::Unavailable;

use crate::{EndReason, Handle, LiveSession, Refusal, end, events, state::State};

/// The reason why sessions were not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// The user must sign in again first.
    #[error("the sign-in is too old")]
    SignInTooOld {
        /// The longest time since the user's authentication.
        max_age: Duration,
    },
    /// The user has no such session, or it has ended.
    #[error("there is no such session")]
    Unknown,
    /// The session was not found, or the store is unavailable.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<Unavailable> for EndError {
    fn from(error: Unavailable) -> Self {
        Refusal::from(error).into()
    }
}

pub(crate) async fn list(
    state: &State,
    current: &LiveSession,
) -> Result<Vec<LiveSession>, Unavailable> {
    let own = (current.handle, current.session.clone());
    let user = &current.session.user.id;
    let mut live = Vec::new();
    for (handle, session) in state.store.sessions_of(user, own).await? {
        if state.store.end_reason(handle, &session)?.is_none() {
            live.push(LiveSession { handle, session });
        }
    }
    live.sort_by_key(|one| Reverse((one.session.last_seen_at, one.session.created_at)));
    Ok(live)
}

pub(crate) async fn end_other(
    state: &State,
    current: &LiveSession,
    handle: Handle,
) -> Result<(), EndError> {
    require_recent_sign_in(state, current)?;
    let user = &current.session.user.id;
    let found = state.store.find(handle).await?;
    let session = found.filter(|session| session.user.id == *user);
    let Some(session) = session else {
        events::foreign_handle_refused(current.handle, user);
        return Err(EndError::Unknown);
    };
    if state.store.revoked(handle, &session)?.is_some() {
        return Err(EndError::Unknown);
    }
    let reason = EndReason::EndedElsewhere;
    end::end(state, handle, &session, reason).await?;
    events::session_ended(Some(handle), Some(user), reason);
    Ok(())
}

pub(crate) async fn end_all(
    state: &State,
    current: &LiveSession,
    others_only: bool,
) -> Result<(), EndError> {
    require_recent_sign_in(state, current)?;
    let user = &current.session.user.id;
    let own = (current.handle, current.session.clone());
    let known = state.store.sessions_of(user, own).await?;
    let scope = Scope::others_of_user(user, current.handle);
    let reason = EndReason::EndedEverywhere;
    let until = state.settings.timeouts.latest_end(state.clock.now());
    let revocation = Revocation::new(scope, reason.number(), until);
    let _ = state.revocations.add(revocation).await?;
    events::sessions_ended_everywhere(Some(current.handle), Some(user), reason);
    // They are revoked; delete them from the store, too. Their user is unknown afterwards, so
    // record the first reason of each by its handle.
    for (handle, session) in known.into_iter().filter(|(one, _)| *one != current.handle) {
        if let Ok(Some(first)) = state.store.revoked(handle, &session) {
            state.store.note_end(handle, &session, first).await;
        }
        let last = state.store.delete(handle, &session).await;
        end::revoke_token(state, &last);
    }
    if !others_only {
        // Other tabs of this browser are told of a sign-out here, not of an end from elsewhere.
        end::sign_out(state, current.clone()).await?;
    }
    Ok(())
}

pub(crate) async fn end_by_provider(
    state: &State,
    token: LogoutClaims,
) -> Result<Added, Unavailable> {
    let user = token.sub.as_deref();
    let scope = match (&token.sid, user) {
        (Some(sid), _) => Scope::provider_session(sid),
        (None, Some(user)) => Scope::user(user),
        (None, None) => return Ok(Added::Recorded),
    };
    let reason = EndReason::SignedOutAtProvider;
    let until = state.settings.timeouts.latest_end(state.clock.now());
    // A token may be delivered late: later sessions are spared. The provider's clock may be behind.
    let revocation = Revocation::new(scope, reason.number(), until)
        .with_logout_token(&token.jti, token.issued_at + Client::CLOCK_SKEW);
    let added = state.revocations.add(revocation).await?;
    match (added, &token.sid) {
        (Added::TokenUsedBefore, _) => {}
        (_, Some(_)) => events::session_ended(None, user, reason),
        (_, None) => events::sessions_ended_everywhere(None, user, reason),
    }
    Ok(added)
}

fn require_recent_sign_in(state: &State, current: &LiveSession) -> Result<(), EndError> {
    let max_age = state.settings.recent_sign_in;
    let session = &current.session;
    let is_recent = session.was_authenticated_within(max_age, state.clock.now());
    is_recent
        .then_some(())
        .ok_or(EndError::SignInTooOld { max_age })
}
