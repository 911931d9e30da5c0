//! Checks of requests: a bound session needs the bound cookie.

use actix_web::{HttpMessage, HttpRequest};
use dbsc::{Skipped, headers};
use jiff::Timestamp;

use super::{cookies::with_cookies, device::field, guard};
use crate::{
    DeviceProof, Handle, LiveSession, Refusal, Sessions,
    change::{By, Change},
    devices::Devices,
    events,
};

impl Sessions {
    /// Returns the proof of the device that a request of a bound session came with.
    pub fn device_proof(&self, request: &HttpRequest) -> Option<DeviceProof> {
        request.extensions().get().copied()
    }

    /// Returns the time at which the response to a request must end, because its client then has to
    /// show the bound cookie again, or for the first time. `None` if it never has to.
    pub fn proven_until(&self, request: &HttpRequest, live: &LiveSession) -> Option<Timestamp> {
        if let Some(proof) = self.device_proof(request) {
            return Some(proof.until);
        }
        let devices = self.state.devices.as_ref()?;
        devices.may_be_bound_until(&live.session, self.state.clock.now())
    }

    /// Returns `true` if the bound cookie of this request is one for this session.
    pub(super) fn is_proven(&self, request: &HttpRequest, handle: Handle) -> bool {
        self.proof_in_cookie(request, handle).is_some()
    }

    fn proof_in_cookie(&self, request: &HttpRequest, handle: Handle) -> Option<DeviceProof> {
        let devices = self.state.devices.as_ref()?;
        let now = self.state.clock.now();
        with_cookies(self, request, |cookies| {
            devices.proof_of(handle, cookies.bound()?, now)
        })
    }

    /// Refuses a request of a bound session without a valid bound cookie.
    ///
    /// # Errors
    /// `DeviceProofRequired`; `StoreUnavailable` if the browser says that it could not refresh the
    /// cookie, which lets nobody in.
    pub(super) fn check_device(
        &self,
        request: &HttpRequest,
        live: &LiveSession,
    ) -> Result<(), Refusal> {
        let Some(devices) = &self.state.devices else {
            return Ok(());
        };
        if !self.state.store.is_bound(live.handle, &live.session)? {
            return Ok(());
        }
        if let Some(proof) = self.proof_in_cookie(request, live.handle) {
            request.extensions_mut().insert(proof);
            return Ok(());
        }
        let skipped = field(request, headers::SKIPPED)
            .and_then(|value| Skipped::parse(value, &live.handle.to_string()));
        events::device_not_proven(live.handle, skipped);
        if skipped.is_some() {
            return Err(Refusal::StoreUnavailable);
        }
        self.notify_of_refusal(devices, request, live);
        Err(Refusal::DeviceProofRequired)
    }

    /// Notifies the page of a session that somebody sent its cookies without a proof.
    fn notify_of_refusal(&self, devices: &Devices, request: &HttpRequest, live: &LiveSession) {
        let at = self.state.clock.now();
        if devices.may_notify(live.handle, at) {
            let change = Change::DeviceNotProven(By {
                request: guard::name(request),
                node: self.node().to_owned(),
                at,
            });
            let user = &live.session.user.id;
            self.state.store.notify(live.handle, user, change);
        }
    }

    /// Refuses a session that must be bound and is not.
    pub(super) fn require_device(&self, live: &LiveSession) -> Result<(), Refusal> {
        let now = || self.state.clock.now();
        let is_refused = |devices: &Devices| devices.refuses(&live.session, now());
        if self.state.devices.as_ref().is_some_and(is_refused)
            && !self.state.store.is_bound(live.handle, &live.session)?
        {
            return Err(Refusal::DeviceBindingRequired);
        }
        Ok(())
    }
}
