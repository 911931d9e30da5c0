//! The start of a session, and the end of the browser's previous one.

use std::sync::Arc;

use storage::Unavailable;

use crate::{
    CachedResponse, EndReason, LiveSession, NewSession, PreviousSession, SaveError, SessionId,
    UserSession, end, events, metrics, session_data::SessionData, state::State,
};

pub(crate) async fn create(
    state: &State,
    new: NewSession,
    previous: Option<&PreviousSession>,
) -> Result<(SessionId, LiveSession), SaveError> {
    let id = state.ids.mint();
    let handle = id.handle();
    let session = Arc::new(new_session(state, new).await?);
    let surplus = state.store.create(handle, &session).await?;
    // These are deleted already, whether or not this sign-in succeeds.
    for (handle, session) in surplus {
        let reason = EndReason::LimitReached;
        events::session_ended(Some(handle), Some(&session.user.id), reason);
        end::revoke_token(state, &session);
    }
    if let Some(previous) = previous
        && let Err(error) = end_previous(state, previous).await
    {
        state.store.delete(handle, &session).await;
        return Err(error.into());
    }
    ::metrics::counter!(metrics::BEGUN).increment(1);
    events::signed_in(handle, &session.user.id);
    Ok((id, LiveSession { handle, session }))
}

/// Returns a session that begins now. `created_at` is its number in the order of sign-ins and
/// revocations; the other times are the clock's.
async fn new_session(state: &State, new: NewSession) -> Result<UserSession, Unavailable> {
    let created_at = state.revocations.record_sign_in().await?;
    let now = state.clock.now();
    let ends_at = state.settings.timeouts.latest_end(now);
    Ok(UserSession {
        version: 1,
        user: new.user,
        provider_session_id: new.provider_session_id,
        user_agent: new.user_agent,
        authenticated_at: new.authenticated_at,
        acr: new.acr,
        amr: new.amr,
        created_at,
        ends_at: new.ends_at.map_or(ends_at, |bound| bound.min(ends_at)),
        last_seen_at: now,
        tokens: new.tokens,
        data: SessionData::default(),
        device: None,
        cached_response: CachedResponse::default(),
    })
}

/// Ends the browser's previous session. After an error it may be alive, so the new one must not
/// begin.
async fn end_previous(state: &State, previous: &PreviousSession) -> Result<(), Unavailable> {
    let handle = previous.handle;
    let session = match &previous.contents {
        Some(session) => Some(Arc::new(session.clone())),
        None => state.store.find(handle).await?,
    };
    let Some(session) = session else {
        return Ok(());
    };
    // Copied cookies without the bound cookie end nothing.
    let needs_proof = state.devices.is_some() && !previous.is_proven;
    if needs_proof && state.store.is_bound(handle, &session)? {
        return Ok(());
    }
    // Also ends a session that seems to have expired: it may have been used during the sign-in.
    if state.store.revoked(handle, &session)?.is_some() {
        return Ok(());
    }
    end::end(state, handle, &session, EndReason::SupersededBySignIn).await?;
    Ok(())
}
