//! Names and attributes of cookies.

use std::{fmt, time};

use cookie::{Cookie, SameSite, time::Duration};

/// The prefix of cookies that browsers accept only over https, only from this host and never from a
/// script (draft-ietf-httpbis-layered-cookies).
const SECURE_PREFIX: &str = "__Host-Http-";

/// Names and builds the cookies of one kind, such as those of a session.
///
/// All are `HttpOnly` and `Path=/`. With `secure` they are also `Secure`, and their names begin
/// with `__Host-Http-` (OWASP ASVS 3.3.1 to 3.3.4).
#[derive(Clone, Copy, Debug)]
pub struct CookieNames {
    name: &'static str,
    secure: bool,
    lax: bool,
}

impl CookieNames {
    /// Cookies with this name and `SameSite=Strict`: only requests of our own pages contain them.
    /// `secure` should be false only on http://localhost, where WebKit refuses `Secure` cookies.
    pub const fn new(name: &'static str, secure: bool) -> Self {
        Self {
            name,
            secure,
            lax: false,
        }
    }

    /// With `SameSite=Lax`, for cookies that navigations from other sites must contain.
    #[must_use]
    pub const fn lax(self) -> Self {
        Self { lax: true, ..self }
    }

    /// Returns `true` if the cookies have the attribute `Secure`.
    pub const fn is_secure(self) -> bool {
        self.secure
    }

    /// The name of a single cookie.
    pub fn base_name(self) -> String {
        format!("{}{}", self.prefix(), self.name)
    }

    /// The name of the cookie for one of several values, such as a login attempt.
    pub fn named(self, value: &impl fmt::Display) -> String {
        format!("{}{}.{value}", self.prefix(), self.name)
    }

    /// The name of part `index` of `value`. It contains `value`, so that parts of two values have
    /// different names.
    pub fn part(self, value: &impl fmt::Display, index: usize) -> String {
        format!("{}{}.{value}.{index}", self.prefix(), self.name)
    }

    /// Returns the name of a cookie without the base name: empty for a single cookie, `.value` for
    /// a named one and `.value.index` for a part. `None` for a cookie of another kind.
    pub fn suffix_of(self, cookie: &str) -> Option<&str> {
        let rest = cookie.strip_prefix(self.prefix())?;
        let rest = rest.strip_prefix(self.name)?;
        (rest.is_empty() || rest.starts_with('.')).then_some(rest)
    }

    /// A cookie to set.
    #[must_use]
    pub fn build(self, name: String, value: String, max_age: time::Duration) -> Cookie<'static> {
        let max_age = Duration::try_from(max_age).unwrap_or(Duration::MAX);
        self.with_attributes(Cookie::build(name, value).max_age(max_age).finish())
    }

    /// A cookie that deletes the one of this name: empty, `Max-Age=0`, and the same attributes,
    /// without which browsers keep it.
    #[must_use]
    pub fn removal(self, name: String) -> Cookie<'static> {
        self.with_attributes(Cookie::build(name, "").max_age(Duration::ZERO).finish())
    }

    /// The attributes as text, as in `Set-Cookie`.
    pub const fn attributes(self) -> &'static str {
        match (self.secure, self.lax) {
            (true, false) => "Secure; HttpOnly; SameSite=Strict; Path=/",
            (true, true) => "Secure; HttpOnly; SameSite=Lax; Path=/",
            (false, false) => "HttpOnly; SameSite=Strict; Path=/",
            (false, true) => "HttpOnly; SameSite=Lax; Path=/",
        }
    }

    fn prefix(self) -> &'static str {
        if self.secure { SECURE_PREFIX } else { "" }
    }

    fn with_attributes(self, mut cookie: Cookie<'static>) -> Cookie<'static> {
        cookie.set_secure(self.secure);
        cookie.set_http_only(true);
        cookie.set_same_site(if self.lax {
            SameSite::Lax
        } else {
            SameSite::Strict
        });
        cookie.set_path("/");
        cookie
    }
}

/// Returns the names and values in the `Cookie` header lines of a request. Skips values that are
/// not text.
pub fn parse_cookies<'a>(
    lines: impl IntoIterator<Item = &'a [u8]>,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    lines
        .into_iter()
        .flat_map(|line| line.split(|byte| *byte == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
}
