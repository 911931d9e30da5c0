//! The live session of a request: found, refreshed, and noted as used.

use std::{sync::Arc, time::Duration};

use futures_util::future::try_join;

use crate::{
    Audience, EndReason, Handle, LiveSession, Refusal, SessionParts, UserSession,
    change::{By, Change},
    refresh::Freshness,
    state::State,
};

/// Activity is written at most this often, or ten times within a short idle timeout.
const USE_INTERVAL: Duration = Duration::from_secs(60);

/// A session that was found, alive or not.
pub struct Found {
    /// The session.
    pub live: LiveSession,
    /// `true` if it was cached, so that no store was read.
    pub from_cache: bool,
    /// The reason for its end; `None` if it is alive.
    pub ended: Option<EndReason>,
}

pub(crate) fn find_without_io(
    state: &State,
    handle: Handle,
    cookies: &dyn SessionParts,
) -> Option<Found> {
    let (session, from_cache) = state.store.find_without_io(handle, cookies)?;
    Some(found_alive(handle, session, from_cache))
}

fn found_alive(handle: Handle, session: Arc<UserSession>, from_cache: bool) -> Found {
    Found {
        live: LiveSession { handle, session },
        from_cache,
        ended: None,
    }
}

pub(crate) async fn find(
    state: &State,
    handle: Handle,
    found: Option<Found>,
) -> Result<Found, Refusal> {
    let found = match found {
        Some(found) => Some(found),
        None => {
            let load = try_join(state.store.load(handle), state.revocations.catch_up());
            let (loaded, ()) = Box::pin(load).await?;
            loaded.map(|session| found_alive(handle, session, false))
        }
    };
    let Some(mut found) = found else {
        let reason = state.store.revoked_by_handle(handle)?;
        return Err(reason.map_or(Refusal::NoSession, Refusal::Ended));
    };
    found.ended = (state.store)
        .await_end_reason(handle, &found.live.session)
        .await?;
    Ok(found)
}

pub(crate) async fn refresh(
    state: &State,
    live: LiveSession,
    need: Freshness,
    audience: Option<&Arc<Audience>>,
    by: impl Fn() -> String,
) -> Result<LiveSession, Refusal> {
    let tokens = &live.session.tokens;
    if (state.refresher).are_fresh(tokens, need, audience.map(Arc::as_ref)) {
        return Ok(live);
    }
    let LiveSession { handle, session } = live;
    // Boxed because it is long and rare, to keep the allocation of each request small.
    let refresh = (state.refresher).refresh(handle, &session, need, audience, by);
    let refreshed = Box::pin(refresh).await?;
    Ok(LiveSession {
        handle,
        session: refreshed.unwrap_or(session),
    })
}

pub(crate) async fn note_use(
    state: &State,
    live: LiveSession,
    by: impl FnOnce() -> String,
) -> Result<LiveSession, Refusal> {
    let now = state.clock.now();
    let interval = USE_INTERVAL.min(state.settings.timeouts.idle / 10);
    let unused = now.duration_since(live.session.last_seen_at).unsigned_abs();
    if unused < interval {
        return Ok(live);
    }
    let LiveSession { handle, session } = live;
    let touched = Box::pin(state.store.touch(handle, Arc::clone(&session), now)).await;
    let Some(session) = touched else {
        let reason = state.store.end_reason(handle, &session)?;
        return Err(Refusal::Ended(reason.unwrap_or_default()));
    };
    if session.last_seen_at == now {
        let by = By {
            request: by(),
            node: state.settings.node.clone(),
            at: now,
        };
        let user = &session.user.id;
        state.store.notify(handle, user, Change::Used(by));
    }
    Ok(LiveSession { handle, session })
}
