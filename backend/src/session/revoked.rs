//! Whether a session of ours is on the revocation list.

use super::{
    Handle, UserSession,
    revocation::{Reason, Revocations, Session},
};
use crate::storage::Unavailable;

impl Revocations {
    /// Why this session was ended before its time; `None` when it was not.
    ///
    /// # Errors
    /// When what other nodes ended is not known.
    pub fn find(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> Result<Option<Reason>, Unavailable> {
        self.reason(&Session {
            handle: *handle.as_bytes(),
            user: &session.user.id,
            provider_session: session.provider_session_id.as_deref(),
            created_at: session.created_at,
        })
    }
}
