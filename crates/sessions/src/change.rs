//! Changes of a session, and their observer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Handle, device::DeviceProof};

/// A change of a session.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) enum Change {
    Began,
    Ended,
    /// Its tokens were refreshed.
    #[serde(rename = "Renewed")]
    TokensRefreshed(By),
    Used(By),
    /// The application's data changed.
    DataChanged,
    /// Its device was proven, so it has a new bound cookie.
    DeviceProven(DeviceProof),
    /// A request was refused because it did not prove the device.
    DeviceNotProven(By),
}

/// The request that changed a session.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct By {
    /// The request, e.g. `GET /api/profile`.
    pub request: String,
    /// The node that served it.
    pub node: String,
    /// The time.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
}

/// Receives every change. Stores and refreshes use event streams only through it.
pub(crate) trait Observer: Send + Sync {
    /// `user`: the user's id at the provider.
    fn changed(&self, handle: Handle, user: &str, change: Change);
}
