//! Security events in the log, each with fixed fields, for the operator (ASVS 16.2, 16.3).
//!
//! Their target is `security`, so that `RUST_LOG=security=info` shows these lines only. A session
//! is named by its handle and a user by a pseudonym, neither of which is a secret. The client's
//! address is a field of the request's span (see `route_guard`), and only with `LOG_ADDRESSES=on`.

use std::fmt;

use sessions::Handle;

/// A logout token did not pass the checks, or was sent again. The reason must not quote the token.
pub fn logout_token_refused(reason: &dyn fmt::Display) {
    tracing::warn!(target: "security", %reason, "logout token refused");
}

/// A cross-site request, or a script or a frame that requests a route for navigations.
pub fn cross_site_refused(reason: &dyn fmt::Display) {
    tracing::warn!(target: "security", %reason, "cross-site request refused");
}

/// A user asked for a route without the role that it requires.
pub fn role_missing(session: Handle, role: &str) {
    tracing::warn!(target: "security", %session, role, "role missing");
}

/// A user asked for a route that requires a more recent sign-in, or one of another class.
pub fn authentication_insufficient(session: Handle, max_age: Option<u64>, acr: Option<&str>) {
    tracing::warn!(target: "security", %session, max_age, acr, "authentication insufficient");
}

/// A client sent more requests than `RATE_LIMIT` allows.
pub fn rate_limited() {
    tracing::warn!(target: "security", "rate limited");
}

/// A page of ours violated the content security policy. The values are untrusted, so they are
/// written in quotes.
pub fn policy_violated(directive: &str, blocked: &str, page: &str) {
    tracing::warn!(
        target: "security",
        directive,
        blocked,
        page,
        "content security policy violated"
    );
}
