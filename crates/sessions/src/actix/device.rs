//! Device-bound sessions of requests: the bound cookie, registrations and refreshes.

use actix_web::{HttpMessage, HttpRequest, http::header::HeaderName};
use dbsc::{Fault, Outcome, RefreshRequest, Skipped, headers, verify_registration};
use jiff::Timestamp;

use super::{
    cookies::{SessionCookies, with_cookies},
    id_cookie,
};
use crate::{
    Handle, LiveSession, Refusal, Sessions,
    device::{BOUND_COOKIE, Device},
    devices::{Devices, system_time},
    events,
};

/// The end of the bound cookie of this request, in its extensions.
#[derive(Clone, Copy, Debug)]
struct ProvenUntil(Timestamp);

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
        if self.state.store.revoked_by_handle(handle)?.is_some()
            || !self
                .state
                .store
                .bind(handle, reference.ends_at, &device)
                .await?
        {
            return Ok(refuse(Some(handle), Fault::Session));
        }
        events::device_bound(handle);
        let sealed = self.state.store.backend.seal_device(handle, &device);
        let sealed = sealed.map_err(|error| {
            tracing::error!(%error, "the device cannot be sent");
            Refusal::Internal
        })?;
        if let Some(sealed) = sealed {
            with_cookies(self, request, |cookies| cookies.set_device(handle, sealed));
        }
        Ok(Outcome::Bound(self.renew(devices, request, handle)))
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
            return Ok(refuse(Some(live.handle), Fault::Session));
        }
        let bound = live.as_ref().and_then(|live| {
            let device = live.session.device.as_ref()?;
            Some((live.handle, live.handle.to_string(), &device.key))
        });
        let session = bound
            .as_ref()
            .map(|(_, identifier, key)| (&**identifier, *key));
        let refresh = RefreshRequest {
            session_id: field(request, headers::SESSION_ID),
            proof: field(request, headers::RESPONSE),
        };
        let outcome = refresh.verify(session, &devices.challenges, system_time(now));
        let handle = bound.map(|(handle, ..)| handle);
        Ok(match (outcome, handle) {
            (Outcome::Bound(()), Some(handle)) => {
                Outcome::Bound(self.renew(devices, request, handle))
            }
            (Outcome::ChallengeAgain, Some(handle)) => {
                let challenge = devices.challenge(handle, now);
                with_cookies(self, request, |cookies| {
                    cookies.add_field(headers::CHALLENGE, challenge);
                });
                Outcome::ChallengeAgain
            }
            (Outcome::Refuse(fault), handle) => refuse(handle, fault),
            _ => Outcome::End,
        })
    }

    /// Returns the time at which the response to a request must end, because its client then has to
    /// show the bound cookie again, or for the first time. `None` if it never has to.
    pub fn proven_until(&self, request: &HttpRequest, live: &LiveSession) -> Option<Timestamp> {
        if let Some(until) = request.extensions().get::<ProvenUntil>() {
            return Some(until.0);
        }
        let devices = self.state.devices.as_ref()?;
        devices.may_be_bound_until(&live.session, self.state.clock.now())
    }

    /// Sets the bound cookie, and returns the session instructions.
    fn renew(&self, devices: &Devices, request: &HttpRequest, handle: Handle) -> String {
        let (value, max_age) = devices.bound_cookie(handle, self.state.clock.now());
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

    /// Returns `true` if the bound cookie of this request is one for this session.
    pub(super) fn is_proven(&self, request: &HttpRequest, handle: Handle) -> bool {
        self.bound_cookie_until(request, handle).is_some()
    }

    fn bound_cookie_until(&self, request: &HttpRequest, handle: Handle) -> Option<Timestamp> {
        let devices = self.state.devices.as_ref()?;
        let now = self.state.clock.now();
        let until = with_cookies(self, request, |cookies| {
            devices.proven_until(handle, cookies.bound()?, now)
        });
        Timestamp::try_from(until?).ok()
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
        if self.state.devices.is_none() || !self.state.store.is_bound(live.handle, &live.session)? {
            return Ok(());
        }
        if let Some(until) = self.bound_cookie_until(request, live.handle) {
            request.extensions_mut().insert(ProvenUntil(until));
            return Ok(());
        }
        let skipped = field(request, headers::SKIPPED)
            .and_then(|value| Skipped::parse(value, &live.handle.to_string()));
        events::device_not_proven(live.handle, skipped);
        Err(match skipped {
            Some(_) => Refusal::StoreUnavailable,
            None => Refusal::DeviceProofRequired,
        })
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

fn refuse<T>(handle: Option<Handle>, fault: Fault) -> Outcome<T> {
    events::device_proof_refused(handle, &fault);
    Outcome::Refuse(fault)
}

fn field<'a>(request: &'a HttpRequest, name: &'static str) -> Option<&'a [u8]> {
    let value = request.headers().get(HeaderName::from_static(name))?;
    Some(value.as_bytes())
}
