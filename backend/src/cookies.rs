//! The cookies of this application.
//!
//! On plain http (loopback only) names begin with `app-`, because other programs on `localhost` use
//! a cookie named `session`.

use sealed_cookies::CookieNames;

/// Names of the session cookies (`SameSite=Strict`): the id and, in client-side mode, the parts of
/// the sealed session.
pub fn session(secure: bool) -> CookieNames {
    CookieNames::new(if secure { "session" } else { "app-session" }, secure)
}

/// Names of the login attempt cookies: `SameSite=Lax`, because the provider is another site.
pub fn login_attempt(secure: bool) -> CookieNames {
    CookieNames::new(if secure { "login" } else { "app-login" }, secure).lax()
}
