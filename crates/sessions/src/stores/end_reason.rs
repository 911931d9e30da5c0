//! The end reason of a session that has ended.

use crate::{EndReason, Handle, UserSession};

use super::{Store, StoreResult};

impl Store {
    /// Returns the end reason of a session, or `None` if it is alive: not revoked, and neither
    /// timeout has passed. An error means that the revocations of other nodes are unknown.
    pub fn end_reason(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> StoreResult<Option<EndReason>> {
        let revoked = self.revoked(handle, session)?;
        if revoked.is_some() || session.is_current(self.clock.now(), &self.timeouts) {
            return Ok(revoked);
        }
        let idle_end = session.idle_expires_at(&self.timeouts);
        Ok(Some(if idle_end == session.expires_at(&self.timeouts) {
            EndReason::AbsoluteTimeout
        } else {
            EndReason::IdleTimeout
        }))
    }

    /// Returns the end reason. Waits if the revocation list was read too long ago, as after a pause
    /// of this process.
    pub(crate) async fn await_end_reason(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> StoreResult<Option<EndReason>> {
        if let Ok(reason) = self.end_reason(handle, session) {
            return Ok(reason);
        }
        self.revocations.catch_up().await?;
        self.end_reason(handle, session)
    }

    /// Returns the end reason of a revoked session, or `None`, even if a timeout has passed.
    pub fn revoked(&self, handle: Handle, session: &UserSession) -> StoreResult<Option<EndReason>> {
        let reason = self.revocations.find(&revocation_list::Session {
            name: handle.into(),
            user: &session.user.id,
            provider_session: session.provider_session_id.as_deref(),
            created_at: session.created_at,
        })?;
        Ok(reason.map(EndReason::from_number))
    }

    /// Returns the end reason of a revoked session that is not stored any more.
    pub fn revoked_by_handle(&self, handle: Handle) -> StoreResult<Option<EndReason>> {
        let reason = self.revocations.find_by_name(handle.into())?;
        Ok(reason.map(EndReason::from_number))
    }
}
