//! The sessions of one user: seen, counted and ended together.
//!
//! The end of several is one entry of the revocation list, so it is all or nothing, on every node,
//! and reaches sessions that no store counts. Ending anything but one's own session takes a fresh
//! sign-in (ASVS 7.5.1).

use std::time::Duration;

use actix_web::HttpRequest;

use super::{
    Handle, LiveSession, Sessions,
    revocation::{Added, Reason, Revocation, Subject},
    stores::Life,
    user_session::after,
};
use crate::{
    events::{self, EndedBy},
    storage::Unavailable,
};

/// A sign-in is fresh for this long.
const FRESH: Duration = Duration::from_secs(600);

/// Why sessions were not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// The sign-in is too old for this.
    #[error("the sign-in is too old")]
    Stale,
    /// The user has no such session, or it has ended.
    #[error("there is no such session")]
    Unknown,
    /// The store does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl Sessions {
    /// The user's live sessions, the last used first. In client-side mode only the current one is
    /// known.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn of_user(&self, current: &LiveSession) -> Result<Vec<LiveSession>, Unavailable> {
        let held = (current.handle, current.session.clone());
        let user = &current.session.user.id;
        let mut live = Vec::new();
        for (handle, session) in self.store.sessions_of(user, held).await? {
            if self.store.life(handle, &session)? == Life::Alive {
                live.push(LiveSession { handle, session });
            }
        }
        live.sort_by_key(|one| {
            std::cmp::Reverse((one.session.last_seen_at, one.session.created_at))
        });
        Ok(live)
    }

    /// Ends one of the user's sessions.
    ///
    /// # Errors
    /// `Stale` for another than the current one after an old sign-in; `Unknown` when it is not the
    /// user's.
    pub async fn end_one(
        &self,
        request: &HttpRequest,
        current: &LiveSession,
        handle: Handle,
    ) -> Result<(), EndError> {
        if handle == current.handle {
            self.end(request).await?;
            return Ok(());
        }
        self.require_fresh_sign_in(current)?;
        let user = &current.session.user.id;
        let found = self.store.find(handle).await?;
        let session = found.filter(|session| session.user.id == *user);
        let Some(session) = session else {
            events::foreign_handle_refused(events::Subject::new(&current.handle, user));
            return Err(EndError::Unknown);
        };
        if let Life::Ended(_) = self.store.life(handle, &session)? {
            return Err(EndError::Unknown);
        }
        let last = self.store.end(handle, &session, Reason::Ended).await?;
        self.revoke(&last);
        events::session_ended(events::Subject::new(&handle, user), EndedBy::User);
        Ok(())
    }

    /// Ends all of the user's sessions, or all others, in every mode.
    ///
    /// # Errors
    /// `Stale` after an old sign-in.
    pub async fn end_all(
        &self,
        request: &HttpRequest,
        current: &LiveSession,
        others: bool,
    ) -> Result<(), EndError> {
        self.require_fresh_sign_in(current)?;
        let user = &current.session.user.id;
        let held = (current.handle, current.session.clone());
        let known = self.store.sessions_of(user, held).await?;
        let subject = if others {
            Subject::others_of_user(user, current.handle)
        } else {
            Subject::user(user)
        };
        let until = self.timeouts().latest_end(self.clock.now());
        let _ = self.revocations.add(Revocation::of(subject, until)).await?;
        let who = events::Subject::new(&current.handle, user);
        events::sessions_ended_everywhere(who, EndedBy::User);
        // They are over; what remains is to take them out of the store.
        for (handle, session) in known {
            if !others || handle != current.handle {
                let last = self.store.tidy(handle, &session).await;
                self.revoke(&last);
            }
        }
        if !others {
            self.take_cookies(request);
        }
        Ok(())
    }

    /// Ends what a logout token of the provider names (OpenID Connect Back-Channel Logout 1.0
    /// section 2.7): one session there, or else all of a user. `token` is its `jti`, which is taken
    /// once, on all nodes together.
    ///
    /// # Errors
    /// When it could not be written down: the sessions may live on.
    pub async fn end_by_provider(
        &self,
        user: Option<String>,
        provider_session: Option<String>,
        token: &str,
    ) -> Result<Added, Unavailable> {
        let subject = match (&provider_session, &user) {
            (Some(sid), _) => Subject::provider_session(sid),
            (None, Some(user)) => Subject::user(user),
            (None, None) => return Ok(Added::Yes),
        };
        let until = self.timeouts().latest_end(self.clock.now());
        let revocation = Revocation::of(subject, until).asked_by(token);
        let added = self.revocations.add(revocation).await?;
        let who = events::Subject {
            user_id: user.as_deref(),
            ..Default::default()
        };
        match (added, provider_session) {
            (Added::TokenTakenBefore, _) => {}
            (_, Some(_)) => events::session_ended(who, EndedBy::Provider),
            (_, None) => events::sessions_ended_everywhere(who, EndedBy::Provider),
        }
        Ok(added)
    }

    fn require_fresh_sign_in(&self, current: &LiveSession) -> Result<(), EndError> {
        let authenticated_at = current.session.authenticated_at;
        if authenticated_at.is_some_and(|time| after(time, FRESH) > self.clock.now()) {
            Ok(())
        } else {
            Err(EndError::Stale)
        }
    }
}
