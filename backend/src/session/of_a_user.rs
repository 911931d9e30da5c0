//! The sessions of one user: seen, counted and ended together.
//!
//! The end of several is one entry of the revocation list, so it is all or nothing, on every node, and reaches sessions
//! that no store counts. Ending anything but one's own session takes a fresh sign-in (ASVS 7.5.1).

use std::time::Duration;

use actix_session::Session;

use super::{
    Handle, Sessions, StoreKind, StoreUnavailable, UserSession,
    guard::Authenticated,
    revocation::{Added, Reason, Revocation, Subject},
    user_session::after,
};

/// A sign-in is fresh for this long.
const FRESH: Duration = Duration::from_secs(600);

/// One of a user's sessions.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Its public name.
    pub handle: Handle,
    /// The session.
    pub session: UserSession,
}

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
    Unavailable(#[from] StoreUnavailable),
}

impl Sessions {
    /// The user's live sessions, the last used first. In client-side mode only the current one is known.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn of_user(&self, current: &Authenticated) -> Result<Vec<Summary>, StoreUnavailable> {
        if self.store.kind() == StoreKind::Cookie {
            return Ok(vec![Summary {
                handle: current.handle.clone(),
                session: current.session.clone(),
            }]);
        }
        self.live(&current.session.user.id).await
    }

    async fn live(&self, user: &str) -> Result<Vec<Summary>, StoreUnavailable> {
        let now = self.clock.now();
        let mut live = Vec::new();
        for (handle, session) in self.store.sessions_of(user).await? {
            if session.is_current(now, &self.timeouts)
                && !self.revocations.contain(&handle, &session)?
            {
                live.push(Summary { handle, session });
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
    /// `Stale` for another than the current one after an old sign-in; `Unknown` when it is not the user's.
    pub async fn end_one(
        &self,
        session: &Session,
        current: &Authenticated,
        handle: &Handle,
    ) -> Result<(), EndError> {
        if *handle == current.handle {
            self.end(session).await?;
            return Ok(());
        }
        self.is_fresh(current)?;
        let found = self.store.stored(handle).await?.ok_or(EndError::Unknown)?;
        if found.user.id != current.session.user.id || self.revocations.contain(handle, &found)? {
            return Err(EndError::Unknown);
        }
        Ok(self
            .end_other(Summary {
                handle: handle.clone(),
                session: found,
            })
            .await?)
    }

    /// Ends all of the user's sessions, or all others, in every mode.
    ///
    /// # Errors
    /// `Stale` after an old sign-in.
    pub async fn end_all(
        &self,
        session: &Session,
        current: &Authenticated,
        others: bool,
    ) -> Result<(), EndError> {
        self.is_fresh(current)?;
        let user = &current.session.user.id;
        let known = self.of_user(current).await?;
        let subject = if others {
            Subject::others_of_user(user, current.handle)
        } else {
            Subject::user(user)
        };
        self.revoke(subject, Reason::Ended).await?;
        // They are over; what remains is to tidy up.
        for one in known.into_iter().filter(|one| one.handle != current.handle) {
            if let Err(error) = self.end_other(one).await {
                tracing::warn!(%error, "a session that was ended stays in the store until it expires");
            }
        }
        if !others {
            self.end(session).await?;
        }
        Ok(())
    }

    /// Ends what a logout token of the provider names (OpenID Connect Back-Channel Logout 1.0 section 2.7): one session
    /// there, or else all of a user. `token` is its `jti`, which is taken once, on all nodes together.
    ///
    /// # Errors
    /// When it could not be written down: the sessions may live on.
    pub async fn end_by_provider(
        &self,
        user: Option<String>,
        provider_session: Option<String>,
        token: &str,
    ) -> Result<Added, StoreUnavailable> {
        let subject = match (&provider_session, &user) {
            (Some(sid), _) => Subject::provider_session(sid),
            (None, Some(user)) => Subject::user(user),
            (None, None) => return Ok(Added::Yes),
        };
        let until = self.timeouts.latest_end(self.clock.now());
        self.revocations
            .add(Revocation::of(subject, until).asked_by(token))
            .await
    }

    /// After a sign-in: at most `SESSION_MAX_PER_USER` sessions stay, the least recently used give way. Their next
    /// request is told so.
    pub(super) async fn make_room(&self, begun: &Handle, user: &str) {
        if self.store.kind() == StoreKind::Cookie {
            return;
        }
        if let Err(error) = self.give_way(begun, user).await {
            tracing::warn!(%error, "sessions of a user were not counted");
        }
    }

    async fn give_way(&self, begun: &Handle, user: &str) -> Result<(), StoreUnavailable> {
        let live = self.live(user).await?;
        let others = live.into_iter().filter(|one| one.handle != *begun);
        for one in others.skip(self.max_per_user.get() - 1) {
            self.revoke(Subject::session(one.handle), Reason::Replaced)
                .await?;
            self.oidc
                .revoke_in_background(one.session.tokens.refresh_token);
        }
        Ok(())
    }

    async fn revoke(&self, subject: Subject, reason: Reason) -> Result<(), StoreUnavailable> {
        let until = self.timeouts.latest_end(self.clock.now());
        let end = Revocation::of(subject, until).because(reason);
        self.revocations.add(end).await.map(|_| ())
    }

    async fn end_other(&self, one: Summary) -> Result<(), StoreUnavailable> {
        self.store
            .end(&one.handle, one.session.expires_at(&self.timeouts))
            .await?;
        self.oidc
            .revoke_in_background(one.session.tokens.refresh_token);
        Ok(())
    }

    fn is_fresh(&self, current: &Authenticated) -> Result<(), EndError> {
        let authenticated_at = current.session.authenticated_at;
        let fresh = authenticated_at.is_some_and(|time| after(time, FRESH) > self.clock.now());
        if fresh { Ok(()) } else { Err(EndError::Stale) }
    }
}
