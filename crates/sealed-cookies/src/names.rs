//! Names and attributes of cookies.

use std::{fmt, time};

use cookie::{Cookie, SameSite, time::Duration};

/// The prefix of cookies that browsers take only over https, only from this very host and never
/// from a script (draft-ietf-httpbis-layered-cookies).
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
    /// Cookies with this name and `SameSite=Strict`: only requests of our own pages carry them.
    /// `secure` should be false on http://localhost alone, where WebKit refuses `Secure` cookies.
    pub const fn new(name: &'static str, secure: bool) -> Self {
        Self {
            name,
            secure,
            lax: false,
        }
    }

    /// The same with `SameSite=Lax`, for cookies that must come with a link from another site.
    #[must_use]
    pub const fn lax(self) -> Self {
        Self { lax: true, ..self }
    }

    /// Returns whether the cookies carry `Secure`.
    pub const fn is_secure(self) -> bool {
        self.secure
    }

    /// The name of a cookie that stands for itself.
    pub fn base_name(self) -> String {
        format!("{}{}", self.prefix(), self.name)
    }

    /// The name of the cookie of one value of several, such as a login attempt.
    pub fn named(self, value: &impl fmt::Display) -> String {
        format!("{}{}.{value}", self.prefix(), self.name)
    }

    /// The name of part `index` of the value called `value`: named after it, so that the parts of
    /// two values never stand in each other's place.
    pub fn part(self, value: &impl fmt::Display, index: usize) -> String {
        format!("{}{}.{value}.{index}", self.prefix(), self.name)
    }

    /// Splits our name off the name of a cookie: the rest is empty for a single cookie,
    /// `.value` for a named one and `.value.index` for a part. `None` if it is none of this kind.
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

    /// A cookie that deletes the one of this name: empty, `Max-Age=0` and the same attributes,
    /// without which browsers keep the old one.
    #[must_use]
    pub fn removal(self, name: String) -> Cookie<'static> {
        self.with_attributes(Cookie::build(name, "").max_age(Duration::ZERO).finish())
    }

    /// The attributes as they stand in `Set-Cookie`, for people.
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

/// The names and values in the `Cookie` header lines of a request. A value that is no text does
/// not hide the others.
pub fn parse_cookies<'a>(
    lines: impl IntoIterator<Item = &'a [u8]>,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    lines
        .into_iter()
        .flat_map(|line| line.split(|byte| *byte == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
}
