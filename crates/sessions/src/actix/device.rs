//! Registrations of devices, and refreshes of the bound cookie.

use actix_web::{HttpRequest, http::header::HeaderName};
use dbsc::{Fault, Outcome, RefreshRequest, headers, verify_registration};
use jiff::Timestamp;

use super::{
    cookies::{SessionCookies, with_cookies},
    id_cookie,
};
use crate::{
    Handle, LiveSession, Refusal, Sessions,
    change::Change,
    device::{BOUND_COOKIE, Device},
    devices::{Devices, system_time},
    events,
};

impl Sessions {
    /// Binds a session to the device whose browser sends this registration. Returns the session
    /// instructions; the response sets the bound cookie.
    ///
    /// # Errors
    /// `StoreUnavailable`: the session may be bound.
    pub async fn register_device(&self, request: &HttpRequest) -> Result<Outcome<String>, Refusal> {
        let Some(devices) = &self.state.devices else {
            return Ok(Outcome::Refuse(Fault::Session));
        };
        let now = self.state.clock.now();
        let own = id_cookie::id_of(request, self).map(|id| id.handle());
        let mut reference = None;
        let session = |authorization: Option<&str>| {
            let opened = devices.open_reference(authorization?);
            reference = opened.filter(|found| own.is_none_or(|own| own == found.handle));
            Some(reference.as_ref()?.handle.to_string())
        };
        let proof = field(request, headers::RESPONSE);
        let outcome = verify_registration(proof, session, &devices.challenges, system_time(now));
        let (key, reference) = match (outcome, reference) {
            (Outcome::Bound(key), Some(reference)) => (key, reference),
            (Outcome::Refuse(fault), _) => return Ok(refuse(None, fault)),
            _ => return Ok(Outcome::Refuse(Fault::Session)),
        };
        let handle = reference.handle;
        let device = Device { key, bound_at: now };
        let store = &self.state.store;
        if store.revoked_by_handle(handle)?.is_some() {
            return Ok(refuse(Some(handle), Fault::Session));
        }
        if !store.bind(handle, reference.ends_at, &device).await? {
            return Ok(refuse(Some(handle), Fault::AlreadyBound));
        }
        events::device_bound(handle);
        let sealed = store.backend.seal_device(handle, &device);
        let sealed = sealed.map_err(|error| {
            tracing::error!(%error, "the device cannot be sent");
            Refusal::Internal
        })?;
        if let Some(sealed) = sealed {
            with_cookies(self, request, |cookies| cookies.set_device(handle, sealed));
        }
        let session = (handle, &*reference.user);
        Ok(Outcome::Bound(self.renew(devices, request, session, now)))
    }

    /// Renews the bound cookie of this request's session if the request proves its device. Returns
    /// the session instructions. It does not count as activity.
    ///
    /// # Errors
    /// `StoreUnavailable`.
    pub async fn refresh_device(&self, request: &HttpRequest) -> Result<Outcome<String>, Refusal> {
        let Some(devices) = &self.state.devices else {
            return Ok(Outcome::End);
        };
        let now = self.state.clock.now();
        let live = match self.find_unproven(request).await {
            Ok((live, None)) => Some(live),
            Err(Refusal::StoreUnavailable) => return Err(Refusal::StoreUnavailable),
            _ => None,
        };
        // Cookies of an ended session stay, so that the page's next request can report the reason.
        with_cookies(self, request, SessionCookies::keep_all);
        if let Some(live) = &live
            && live.session.device.is_none()
            && self.state.store.is_bound(live.handle, &live.session)?
        {
            // Cookies from before the registration do not have the key.
            return Ok(refuse(Some(live.handle), Fault::AlreadyBound));
        }
        let bound = live.as_ref().and_then(|live| {
            let device = live.session.device.as_ref()?;
            Some((live, live.handle.to_string(), &device.key))
        });
        let session = bound
            .as_ref()
            .map(|(_, identifier, key)| (&**identifier, *key));
        let refresh = RefreshRequest {
            session_id: field(request, headers::SESSION_ID),
            proof: field(request, headers::RESPONSE),
        };
        let outcome = refresh.verify(session, &devices.challenges, system_time(now));
        Ok(match (outcome, bound.map(|(live, ..)| live)) {
            (Outcome::Bound(()), Some(live)) => {
                let session = (live.handle, &*live.session.user.id);
                Outcome::Bound(self.renew(devices, request, session, now))
            }
            (Outcome::ChallengeAgain, Some(live)) => {
                let challenge = devices.challenge(live.handle, now);
                with_cookies(self, request, |cookies| {
                    cookies.add_field(headers::CHALLENGE, challenge);
                });
                Outcome::ChallengeAgain
            }
            (Outcome::Refuse(fault), live) => refuse(live.map(|live| live.handle), fault),
            _ => Outcome::End,
        })
    }

    /// Sets the bound cookie of a session of this user, and returns the session instructions.
    fn renew(
        &self,
        devices: &Devices,
        request: &HttpRequest,
        (handle, user): (Handle, &str),
        now: Timestamp,
    ) -> String {
        let (value, max_age) = devices.bound_cookie(handle, now);
        if let Some(proof) = devices.proof_of(handle, &value, now) {
            let change = Change::DeviceProven(proof);
            self.state.store.notify(handle, user, change);
        }
        let cookie = self
            .cookies()
            .build(BOUND_COOKIE.to_owned(), value, max_age);
        with_cookies(self, request, |cookies| cookies.set(cookie));
        devices.instructions(handle, self.cookies().attributes())
    }

    /// Offers the browser of a new session to register its device, unless that would need more
    /// cookies than the budget allows.
    pub(super) fn offer_device(&self, request: &HttpRequest, live: &LiveSession) {
        let Some(devices) = &self.state.devices else {
            return;
        };
        let store = &self.state.store.backend;
        if !store.has_room_for_device(live.handle, &live.session) {
            return;
        }
        let offer = devices.offer(live.handle, &live.session, self.state.clock.now());
        with_cookies(self, request, |cookies| {
            cookies.add_field(headers::REGISTRATION, offer)
        });
    }

    /// Offers it again to a session whose registration has failed.
    pub(super) fn offer_device_again(&self, request: &HttpRequest, live: &LiveSession) {
        let now = || self.state.clock.now();
        let is_offered = |devices: &Devices| devices.is_offered_again(&live.session, now());
        if self.state.devices.as_ref().is_some_and(is_offered)
            && let Ok(false) = self.state.store.is_bound(live.handle, &live.session)
        {
            self.offer_device(request, live);
        }
    }
}

fn refuse<T>(handle: Option<Handle>, fault: Fault) -> Outcome<T> {
    events::device_proof_refused(handle, &fault);
    Outcome::Refuse(fault)
}

/// Returns the value of a header field.
pub(super) fn field<'a>(request: &'a HttpRequest, name: &'static str) -> Option<&'a [u8]> {
    let value = request.headers().get(HeaderName::from_static(name))?;
    Some(value.as_bytes())
}
