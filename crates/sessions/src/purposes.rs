//! Purposes of the keys that are derived from the secrets.

use sealed_cookies::Purpose;

/// Seals sessions in cookies.
pub(crate) const SESSION: Purpose = Purpose::new("session");
/// Seals sessions in a store of the server.
pub(crate) const STORED_SESSION: Purpose = Purpose::new("stored session");
/// Seals refreshed tokens in Redis.
#[cfg(feature = "redis")]
pub(crate) const REFRESHED_TOKENS: Purpose = Purpose::new("successor");
/// Seals changed data in Redis.
#[cfg(feature = "redis")]
pub(crate) const CHANGED_DATA: Purpose = Purpose::new("changed data");
/// Tags session ids.
pub(crate) const SESSION_ID: Purpose = Purpose::new("session id");
/// Tags challenges for proofs of a device.
pub(crate) const DEVICE_CHALLENGE: Purpose = Purpose::new("device challenge");
/// Tags the values of bound cookies.
pub(crate) const BOUND_COOKIE: Purpose = Purpose::new("bound cookie");
/// Seals the name of a session that may be bound.
pub(crate) const DEVICE_REFERENCE: Purpose = Purpose::new("device reference");
