//! The binding of a session to a device. A session is bound once, and only to one device.

use jiff::Timestamp;
use revocation_list::{Added, Revocation, Scope};

use super::{Store, StoreResult, backend::Bound};
use crate::{EndReason, Handle, UserSession, device::Device};

impl Store {
    /// Returns `true` if the session is bound. Cookies from before the registration do not contain
    /// the device, so with sessions in cookies the revocation list knows the bound ones, too.
    pub(crate) fn is_bound(&self, handle: Handle, session: &UserSession) -> StoreResult<bool> {
        if session.device.is_some() || !self.backend.is_in_cookies() {
            return Ok(session.device.is_some());
        }
        let found = self.revocations.find_by_name(unbound_form(handle))?;
        Ok(found.is_some())
    }

    /// Binds a live session to a device, unless it has another. Returns `true` if it is bound to
    /// this one: of concurrent registrations, on any nodes, one.
    ///
    /// # Errors
    /// If it could not be stored. It may be bound.
    pub(crate) async fn bind(
        &self,
        handle: Handle,
        ends_at: Timestamp,
        device: &Device,
    ) -> StoreResult<bool> {
        match self.backend.bind(handle, device).await? {
            Bound::Yes => Ok(true),
            Bound::No => Ok(false),
            Bound::InCookies => {
                let unbound = unbound_form(handle);
                // Also after Redis has lost which entries were added once.
                if self.revocations.find_by_name(unbound)?.is_some() {
                    return Ok(false);
                }
                let number = EndReason::default().number();
                let revocation = Revocation::new(Scope::session(unbound), number, ends_at);
                let added = self.revocations.add(revocation.once(unbound)).await?;
                Ok(added == Added::Recorded)
            }
        }
    }
}

/// The name under which the list has the unbound form of a session: no session has it, because
/// names are hashes.
fn unbound_form(handle: Handle) -> [u8; 16] {
    handle.as_bytes().map(|byte| !byte)
}
