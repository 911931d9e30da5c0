//! Our cookies: their names and their attributes.
//!
//! Everything is `HttpOnly`, `SameSite=Lax` (Strict would lose it on the hop back from the provider), `Path=/` and,
//! unless `COOKIE_SECURE=off`, `Secure` with the `__Host-` prefix (ASVS 3.3.1 to 3.3.4).

use std::fmt;

use actix_web::{
    cookie::{Cookie, SameSite, time::Duration},
    http::header::{self, HeaderMap},
};

/// Names and builds our cookies.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// With `secure` off, the names lose the `__Host-` prefix, which browsers refuse without `Secure`.
    #[must_use]
    pub fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// Whether the cookies carry `Secure`.
    #[must_use]
    pub fn secure(self) -> bool {
        self.secure
    }

    /// The cookie that holds the session id.
    #[must_use]
    pub fn session(self) -> &'static str {
        if self.secure {
            "__Host-session"
        } else {
            "session"
        }
    }

    /// The cookie that holds part `index` of the sealed session with this handle: named after it, so that the parts of
    /// two sessions never stand in each other's place.
    #[must_use]
    pub fn part(self, handle: &impl fmt::Display, index: usize) -> String {
        format!("{}.{handle}.{index}", self.session())
    }

    /// The cookie of one login attempt.
    #[must_use]
    pub fn login_attempt(self, name: &str) -> String {
        format!("{}{name}", self.login_attempt_prefix())
    }

    /// What the names of all login attempts begin with.
    #[must_use]
    pub fn login_attempt_prefix(self) -> &'static str {
        if self.secure {
            "__Host-login."
        } else {
            "login."
        }
    }

    /// A cookie to set.
    #[must_use]
    pub fn build(
        self,
        name: String,
        value: String,
        max_age: std::time::Duration,
    ) -> Cookie<'static> {
        let max_age = Duration::try_from(max_age).unwrap_or(Duration::MAX);
        self.with_attributes(Cookie::build(name, value).max_age(max_age).finish())
    }

    /// A cookie that deletes the one of this name: empty, `Max-Age=0`, the same attributes (without them browsers
    /// would keep it).
    #[must_use]
    pub fn removal(self, name: String) -> Cookie<'static> {
        self.with_attributes(Cookie::build(name, "").max_age(Duration::ZERO).finish())
    }

    /// The attributes of every cookie of ours, in words.
    #[must_use]
    pub fn attributes(self) -> &'static str {
        if self.secure {
            "Secure; HttpOnly; SameSite=Lax; Path=/"
        } else {
            "HttpOnly; SameSite=Lax; Path=/"
        }
    }

    fn with_attributes(self, mut cookie: Cookie<'static>) -> Cookie<'static> {
        cookie.set_secure(self.secure);
        cookie.set_http_only(true);
        cookie.set_same_site(SameSite::Lax);
        cookie.set_path("/");
        cookie
    }
}

/// The cookies of a request, as sent: a value that cannot be read does not hide the others.
pub fn received(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
}
