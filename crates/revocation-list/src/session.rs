//! The questions to the list, and its answer to a revocation.

use jiff::Timestamp;

use crate::entry::Name;

/// A session that the list is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
    /// The name of the session, which [`crate::Scope::session`] uses.
    pub name: Name,
    /// The user's id at the provider.
    pub user: &'a str,
    /// The id of the provider's session that it came from (`sid`), if there is one.
    pub provider_session: Option<&'a str>,
    /// The time from [`crate::RevocationList::record_sign_in`].
    pub created_at: Timestamp,
}

/// The outcome of [`crate::RevocationList::add`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Added {
    /// The sessions are revoked, also after a restart. Other nodes are about to know.
    Recorded,
    /// Its logout token was used before, here or on another node. Nothing was changed.
    TokenUsedBefore,
}
