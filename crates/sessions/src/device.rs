//! The device that a session is bound to (Device Bound Session Credentials, W3C).

use std::time::Duration;

use dbsc::PublicKey;
use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use serde::{Deserialize, Serialize};

/// The name of the bound cookie. Not `__Host-Http-`: Chromium 156 never renews such a cookie.
pub(crate) const BOUND_COOKIE: &str = "__Host-session-device";

/// Settings of device-bound sessions.
#[derive(Clone, Copy, Debug)]
pub struct DeviceSettings {
    /// Time for which a bound cookie is accepted.
    pub cookie_lifetime: Duration,
    /// Refuses a session that is not bound a minute after its sign-in.
    pub is_required: bool,
    /// The path of the route with [`crate::Sessions::register_device`].
    pub register_path: &'static str,
    /// The path of the route with [`crate::Sessions::refresh_device`].
    pub refresh_path: &'static str,
    /// Paths whose requests need no session, so that they do not wait for a refresh.
    pub excluded_paths: &'static [&'static str],
}

/// A proof of a session's device, and the life of the bound cookie that it was given.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceProof {
    /// Time of the proof.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// Time until which the bound cookie is accepted.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub until: Timestamp,
}

/// The device that a session is bound to. The handle of the session is also its identifier in the
/// browser.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Device {
    /// The key, which never changes.
    pub key: PublicKey,
    /// Time of the registration.
    #[serde(with = "millisecond::required")]
    pub bound_at: Timestamp,
}
