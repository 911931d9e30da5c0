//! Our cookies: their names, their attributes, and how a large value is split over several of them.
//!
//! Everything is `HttpOnly`, `SameSite=Lax` (Strict would lose it on the hop back from the provider), `Path=/` and,
//! unless `COOKIE_SECURE=off`, `Secure` with the `__Host-` prefix (ASVS 3.3.1 to 3.3.4).

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

    /// The cookie that holds part `index` of a sealed session.
    #[must_use]
    pub fn part(self, index: usize) -> String {
        format!("{}.{index}", self.session())
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

/// Characters of a value in one cookie. With its name that stays below the 4,096 bytes at which browsers drop a
/// cookie without a word (RFC 6265 section 6.1), and leaves room for those that count the attributes too.
const PART_LENGTH: usize = 3_900;

/// Splits a sealed session into the values of its cookies, each `generation.count.text`.
#[must_use]
pub fn split(sealed: &str, generation: u64) -> Vec<String> {
    let count = parts_for(sealed.len());
    let chunks = sealed
        .as_bytes()
        .chunks(PART_LENGTH)
        .map(|chunk| String::from_utf8_lossy(chunk));
    chunks
        .map(|chunk| format!("{generation}.{count}.{chunk}"))
        .collect()
}

/// How many cookies a sealed text of this length takes.
#[must_use]
pub fn parts_for(length: usize) -> usize {
    length.div_ceil(PART_LENGTH)
}

/// A sealed session put together from its parts.
#[derive(Debug, Eq, PartialEq)]
pub struct Joined {
    /// The generation that all parts name.
    pub generation: u64,
    /// The number of parts.
    pub count: usize,
    /// The sealed text.
    pub sealed: String,
}

/// Puts the parts of one version together. Parts beyond the count are left over from a longer version and are
/// ignored; a missing part or one of another version makes the whole unreadable: `None`.
#[must_use]
pub fn join(parts: &[(usize, String)]) -> Option<Joined> {
    let part = |wanted: usize| {
        let (_, value) = parts.iter().find(|(index, _)| *index == wanted)?;
        let (generation, rest) = value.split_once('.')?;
        let (count, chunk) = rest.split_once('.')?;
        Some((
            generation.parse::<u64>().ok()?,
            count.parse::<usize>().ok()?,
            chunk,
        ))
    };
    let (generation, count, _) = part(0)?;
    if count > parts.len() {
        return None;
    }
    let mut sealed = String::new();
    for index in 0..count {
        let (its_generation, its_count, chunk) = part(index)?;
        if (its_generation, its_count) != (generation, count) {
            return None;
        }
        sealed.push_str(chunk);
    }
    Some(Joined {
        generation,
        count,
        sealed,
    })
}
