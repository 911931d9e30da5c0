//! Our cookies: their names and their attributes.
//!
//! Everything is `HttpOnly`, `Path=/` and, but for plain http on loopback, `Secure` with a prefix
//! that says so (ASVS 3.3.1 to 3.3.4). The session's cookies are `SameSite=Strict`: only requests
//! of our own pages carry them. A login attempt is `Lax`, as it must come back from the provider.

use std::fmt;

use actix_web::{
    cookie::{Cookie, SameSite, time::Duration},
    http::header::{self, HeaderMap},
};

/// What names began with before they said `Http` too.
const FORMER_PREFIX: &str = "__Host-";

/// Names and builds our cookies.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// With `secure`, names begin with `__Host-Http-`: browsers take such a cookie only from a
    /// response of this very host, over https, never from a script
    /// (draft-ietf-httpbis-layered-cookies). Without, names are plain, as WebKit refuses `Secure`
    /// cookies on http, loopback or not.
    pub fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// Whether the cookies carry `Secure`.
    pub fn secure(self) -> bool {
        self.secure
    }

    /// The cookie that holds the session id.
    pub fn session(self) -> &'static str {
        if self.secure {
            "__Host-Http-session"
        } else {
            "session"
        }
    }

    /// The cookie that holds part `index` of the sealed session with this handle: named after it,
    /// so that the parts of two sessions never stand in each other's place.
    pub fn part(self, handle: &impl fmt::Display, index: usize) -> String {
        format!("{}.{handle}.{index}", self.session())
    }

    /// The cookie of one login attempt.
    pub fn login_attempt(self, name: &str) -> String {
        format!("{}{name}", self.login_attempt_prefix())
    }

    /// What the names of all login attempts begin with.
    pub fn login_attempt_prefix(self) -> &'static str {
        if self.secure {
            "__Host-Http-login."
        } else {
            "login."
        }
    }

    /// What a name that was ours before says after its prefix, such as `session.0`. Such cookies
    /// are deleted when they are met. Plain names are left alone: on loopback they may be another
    /// application's.
    pub fn former(self, name: &str) -> Option<&str> {
        let rest = name.strip_prefix(FORMER_PREFIX)?;
        // Where cookies are plain now, they may have been secure before.
        let rest = rest
            .strip_prefix("Http-")
            .filter(|_| !self.secure)
            .unwrap_or(rest);
        let ours = rest == "session" || rest.starts_with("session.") || rest.starts_with("login.");
        ours.then_some(rest)
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

    /// A cookie that deletes the one of this name: empty, `Max-Age=0`, the same attributes (without
    /// them browsers would keep it).
    #[must_use]
    pub fn removal(self, name: String) -> Cookie<'static> {
        self.with_attributes(Cookie::build(name, "").max_age(Duration::ZERO).finish())
    }

    /// The attributes of the session's cookies, in words.
    pub fn attributes(self) -> &'static str {
        if self.secure {
            "Secure; HttpOnly; SameSite=Strict; Path=/"
        } else {
            "HttpOnly; SameSite=Strict; Path=/"
        }
    }

    fn with_attributes(self, mut cookie: Cookie<'static>) -> Cookie<'static> {
        let of_attempt = cookie.name().starts_with(self.login_attempt_prefix());
        let same_site = if of_attempt {
            SameSite::Lax
        } else {
            SameSite::Strict
        };
        cookie.set_secure(self.secure || cookie.name().starts_with(FORMER_PREFIX));
        cookie.set_http_only(true);
        cookie.set_same_site(same_site);
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
