//! The parameters of a lookup, and the outcome of a revocation.

use jiff::Timestamp;

use crate::entry::Name;

/// A session to look up.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
    /// The name of the session, which [`crate::Scope::session`] uses.
    pub name: Name,
    /// The user's id at the provider.
    pub user: &'a str,
    /// The id of its session at the provider (`sid`), if there is one.
    pub provider_session: Option<&'a str>,
    /// The result of [`crate::RevocationList::record_sign_in`].
    pub created_at: Timestamp,
}

/// The outcome of [`crate::RevocationList::add`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Added {
    /// The sessions are revoked, also after a restart, or expired long ago. Other nodes follow.
    Recorded,
    /// Its token was used before, on this or another node. Nothing was changed.
    TokenUsedBefore,
}
