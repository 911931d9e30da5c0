//! Names of the header fields, in lower case.

/// In a response: the browser may register a key.
pub const REGISTRATION: &str = "secure-session-registration";
/// In a response: the challenge of the next proof.
pub const CHALLENGE: &str = "secure-session-challenge";
/// In a request: a proof.
pub const RESPONSE: &str = "secure-session-response";
/// In a refresh: the identifier of the session. Scripts cannot send it, because of `Sec-`.
pub const SESSION_ID: &str = "sec-secure-session-id";
/// In a request: the reason why the browser sends it without the bound cookie.
pub const SKIPPED: &str = "secure-session-skipped";
