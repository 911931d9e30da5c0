//! Device-bound sessions (Device Bound Session Credentials, W3C): a session with a registered key
//! needs the bound cookie too, which lives for minutes and is renewed with a proof of that key.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, SystemTime},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use dbsc::{Instructions, Stamps};
use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use sealed_cookies::{Keyring, derive_key};
use serde::{Deserialize, Serialize};

use crate::{
    DeviceProof, DeviceSettings, Handle, Settings, UserSession, device::BOUND_COOKIE, purposes,
    user_session::after,
};

/// Lifetime of a challenge. Until its end the answer can be replayed.
const CHALLENGE_LIFETIME: Duration = Duration::from_secs(60);
/// The browser keeps the bound cookie for this much less than the server accepts it, at most a
/// tenth of its lifetime, so that no request under way is refused.
const MARGIN: Duration = Duration::from_secs(30);
/// Time after which `GET /api/session` offers a registration again: the first has failed by then.
const OFFER_AGAIN_AFTER: Duration = Duration::from_secs(10);
/// Time after the sign-in for which a registration is offered: somebody who copies the cookies of
/// an unbound session later cannot bind it.
const REGISTRATION_TIME: Duration = Duration::from_secs(60);

/// Groups of sessions: one for each first byte of a handle, which is a hash.
const GROUPS: usize = 256;

/// A session that may be bound, sealed for the claim `authorization` of a registration, which may
/// come without cookies.
#[derive(Deserialize, Serialize)]
pub(crate) struct Reference {
    pub(crate) handle: Handle,
    /// The user's id at the provider.
    pub(crate) user: String,
    #[serde(with = "millisecond::required")]
    pub(crate) ends_at: Timestamp,
}

/// Challenges, bound cookies and header fields of device-bound sessions.
pub(crate) struct Devices {
    pub(crate) challenges: Stamps,
    cookies: Stamps,
    references: Keyring,
    settings: DeviceSettings,
    /// Seconds since 1970 of the last notice for each group of sessions.
    notified: [AtomicI64; GROUPS],
}

impl Devices {
    pub(crate) fn new(settings: &Settings, device: DeviceSettings) -> Self {
        let keys = |purpose| {
            settings
                .secrets
                .iter()
                .map(move |one| derive_key(one, purpose))
        };
        let lifetime = device.cookie_lifetime;
        Self {
            challenges: Stamps::new(keys(purposes::DEVICE_CHALLENGE), CHALLENGE_LIFETIME),
            cookies: Stamps::new(keys(purposes::BOUND_COOKIE), lifetime),
            references: Keyring::new(&settings.secrets, purposes::DEVICE_REFERENCE),
            settings: device,
            notified: [const { AtomicI64::new(0) }; GROUPS],
        }
    }

    /// The header field that offers a registration.
    pub(crate) fn offer(
        &self,
        handle: Handle,
        session: &UserSession,
        now: Timestamp,
    ) -> Option<String> {
        let reference = Reference {
            handle,
            user: session.user.id.clone(),
            ends_at: session.ends_at,
        };
        let reference = serde_json::to_vec(&reference).ok()?;
        let reference = self.references.seal(&reference, &[]).ok()?;
        let reference = BASE64_URL_SAFE_NO_PAD.encode(reference);
        let challenge = self.challenges.make(&handle.to_string(), system_time(now));
        dbsc::registration(self.settings.register_path, &challenge, Some(&reference))
    }

    /// Returns `true` if a page offers the registration again.
    pub(crate) fn is_offered_again(&self, session: &UserSession, now: Timestamp) -> bool {
        let offered = signed(OFFER_AGAIN_AFTER)..signed(REGISTRATION_TIME);
        offered.contains(&now.duration_since(session.created_at))
    }

    /// Returns the time at which nobody can bind this session any more, unless it has passed.
    pub(crate) fn may_be_bound_until(
        &self,
        session: &UserSession,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let last = after(session.created_at, REGISTRATION_TIME + CHALLENGE_LIFETIME);
        (now < last).then_some(last)
    }

    /// Returns `true` if a session that is not bound is refused.
    pub(crate) fn refuses(&self, session: &UserSession, now: Timestamp) -> bool {
        let is_over = now.duration_since(session.created_at) >= signed(REGISTRATION_TIME);
        self.settings.is_required && is_over
    }

    pub(crate) fn open_reference(&self, text: &str) -> Option<Reference> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        serde_json::from_slice(&self.references.open(&sealed, &[])?).ok()
    }

    /// The header field with a new challenge.
    pub(crate) fn challenge(&self, handle: Handle, now: Timestamp) -> Option<String> {
        let identifier = handle.to_string();
        let challenge = self.challenges.make(&identifier, system_time(now));
        dbsc::challenge(&challenge, &identifier)
    }

    /// The value of a bound cookie, and the time for which the browser keeps it.
    pub(crate) fn bound_cookie(&self, handle: Handle, now: Timestamp) -> (String, Duration) {
        let lifetime = self.settings.cookie_lifetime;
        let value = self.cookies.make(&handle.to_string(), system_time(now));
        (value, lifetime - MARGIN.min(lifetime / 10))
    }

    /// Returns the proof of the device for which this bound cookie was set.
    pub(crate) fn proof_of(
        &self,
        handle: Handle,
        cookie: &str,
        now: Timestamp,
    ) -> Option<DeviceProof> {
        let until = self
            .cookies
            .verify(cookie, &handle.to_string(), system_time(now));
        let until = Timestamp::try_from(until?).ok()?;
        let at = until.checked_sub(self.settings.cookie_lifetime).ok()?;
        Some(DeviceProof { at, until })
    }

    /// Returns `true` if the page of a session may be notified of a refused request: once a second
    /// for each of [`GROUPS`] groups of sessions, as anybody with copied cookies can send many.
    pub(crate) fn may_notify(&self, handle: Handle, now: Timestamp) -> bool {
        let group = usize::from(handle.as_bytes()[0]);
        let now = now.as_second();
        self.notified[group].swap(now, Ordering::Relaxed) != now
    }

    /// The session instructions, for cookies with these attributes.
    pub(crate) fn instructions(&self, handle: Handle, attributes: &str) -> String {
        let instructions = Instructions {
            session_identifier: &handle.to_string(),
            refresh_url: self.settings.refresh_path,
            cookie: BOUND_COOKIE,
            attributes,
            exclude: self.settings.excluded_paths,
        };
        instructions.to_json()
    }
}

fn signed(duration: Duration) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(duration).unwrap_or(jiff::SignedDuration::MAX)
}

/// A time as the crate `dbsc` takes it; before 1970 it is 1970.
pub(crate) fn system_time(time: Timestamp) -> SystemTime {
    let since_1970 = u64::try_from(time.as_millisecond()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_millis(since_1970)
}
