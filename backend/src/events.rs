//! Security events in the log, one shape each, for whoever watches over the installation (ASVS
//! 16.2, 16.3).
//!
//! Target `security`, so that `RUST_LOG=security=info` keeps these lines alone. A session is named
//! by its handle and a user by a pseudonym, never by what could be used or read. Where the request
//! came from is a field of its span (see `entrance`), and only with `LOG_ADDRESSES=on`.

use std::fmt;

use tracing::field::{DisplayValue, display};

use crate::pseudonym::pseudonym;

/// Whom an event is about. What is not known is left out of the line.
#[derive(Clone, Copy, Default)]
pub struct Subject<'a> {
    /// The session's handle, its public name.
    pub session: Option<&'a dyn fmt::Display>,
    /// The user's id at the provider; the log gets a pseudonym of it.
    pub user_id: Option<&'a str>,
}

/// Who ended a session before its time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EndedBy {
    /// The user, in the list of sessions.
    User,
    /// The provider, with a logout token.
    Provider,
    /// A newer sign-in, beyond `SESSION_MAX_PER_USER`.
    Limit,
    /// The provider, by refusing the refresh token.
    RefusedRefresh,
}

impl<'a> Subject<'a> {
    /// A session and its user.
    pub fn new(handle: &'a dyn fmt::Display, user_id: &'a str) -> Self {
        Self {
            session: Some(handle),
            user_id: Some(user_id),
        }
    }

    fn session(self) -> Option<DisplayValue<&'a dyn fmt::Display>> {
        self.session.map(display)
    }

    fn user(self) -> Option<String> {
        self.user_id.map(pseudonym)
    }
}

impl EndedBy {
    fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Provider => "provider",
            Self::Limit => "limit",
            Self::RefusedRefresh => "refused_refresh",
        }
    }
}

/// A session began.
pub fn signed_in(who: Subject<'_>) {
    tracing::info!(target: "security", session = who.session(), user = who.user(), "signed in");
}

/// The user ended the session they were using.
pub fn signed_out(who: Subject<'_>) {
    tracing::info!(target: "security", session = who.session(), user = who.user(), "signed out");
}

/// One session ended before its time.
pub fn session_ended(who: Subject<'_>, by: EndedBy) {
    tracing::info!(
        target: "security",
        session = who.session(),
        user = who.user(),
        by = by.as_str(),
        "session ended"
    );
}

/// All sessions of a user ended, or all but the one in `who`.
pub fn sessions_ended_everywhere(who: Subject<'_>, by: EndedBy) {
    tracing::info!(
        target: "security", session = who.session(), user = who.user(), by = by.as_str(),
        "sessions ended everywhere"
    );
}

/// Somebody asked for a session by a handle that is not one of theirs; `who` is the one who asked.
pub fn foreign_handle_refused(who: Subject<'_>) {
    let (session, user) = (who.session(), who.user());
    tracing::warn!(target: "security", session, user, "foreign handle refused");
}

/// A logout token did not pass the checks, or was sent again. The reason must not quote the token.
pub fn logout_token_refused(reason: &dyn fmt::Display) {
    tracing::warn!(target: "security", %reason, "logout token refused");
}

/// A browser was made to send a request from another site, or to a place it does not belong.
pub fn cross_site_refused(reason: &dyn fmt::Display) {
    tracing::warn!(target: "security", %reason, "cross-site request refused");
}

/// More requests than `RATE_LIMIT` came from one address.
pub fn rate_limited() {
    tracing::warn!(target: "security", "rate limited");
}

/// A page of ours wanted what the content security policy forbids. The values are a browser's, or
/// anybody's: they are written in quotes.
pub fn policy_violated(directive: &str, blocked: &str, page: &str) {
    tracing::warn!(
        target: "security",
        directive,
        blocked,
        page,
        "content security policy violated"
    );
}
