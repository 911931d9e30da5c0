//! The session's cookies of one request: those that came, and those that its answer sets.
//!
//! A middleware around actix-session's takes the parts of a sealed session off the request before
//! anybody parses them, and afterwards adds what became of them to the answer: after the id's own
//! cookie, so that a browser asked in between holds the new id, never the new parts alone.

use std::ops::Range;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    cookie::Cookie,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderValue},
    middleware::Next,
    web::Data,
};
use memchr::memchr;

use crate::{
    cookies::Cookies,
    session::{Handle, Sessions},
};

/// More cookies than any session takes; a request with more holds none of ours.
const MOST: usize = 40;

/// The session's cookies of one request, in its extensions.
#[derive(Debug, Default)]
pub struct SessionCookies {
    /// Names and values, one after the other.
    text: String,
    arrived: Vec<Arrived>,
    /// Whether there were more than [`MOST`].
    too_many: bool,
    removes_id: bool,
    outgoing: Vec<Cookie<'static>>,
}

#[derive(Clone, Debug)]
struct Arrived {
    name: Range<usize>,
    value: Range<usize>,
    role: Role,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Role {
    Id,
    Part(Handle, usize),
    /// A name of ours that is not in use any more.
    Former,
}

impl SessionCookies {
    /// Part `index` of the sealed session with this handle, as it came.
    pub(crate) fn part(&self, handle: Handle, index: usize) -> Option<&str> {
        let wanted = Role::Part(handle, index);
        let found = self.arrived.iter().find(|cookie| cookie.role == wanted)?;
        self.text.get(found.value.clone())
    }

    /// Each cookie that came: its name, and the bytes of name and value.
    pub fn arrived(&self) -> impl Iterator<Item = (&str, usize)> {
        self.arrived.iter().map(|cookie| {
            let name = &self.text[cookie.name.clone()];
            (name, name.len() + cookie.value.len())
        })
    }

    /// Whether an id came, or parts.
    pub(super) fn is_empty(&self) -> bool {
        self.arrived.is_empty()
    }

    /// Whether there were too many to be ours.
    pub(super) fn is_flood(&self) -> bool {
        self.too_many
    }

    /// How many cookies the answer sets or deletes, and the bytes of their names and values.
    pub(super) fn outgoing(&self) -> (usize, usize) {
        let bytes = |cookie: &Cookie<'_>| cookie.name().len() + cookie.value().len();
        (self.outgoing.len(), self.outgoing.iter().map(bytes).sum())
    }

    /// To be set by the answer.
    pub(crate) fn set(&mut self, cookie: Cookie<'static>) {
        self.outgoing.push(cookie);
    }

    /// The answer deletes the parts of other sessions: an id is set before its parts, so these are
    /// older.
    pub(super) fn remove_parts_of_others(&mut self, names: Cookies, own: Handle) {
        self.remove(names, |role| match role {
            Role::Id => false,
            Role::Part(handle, _) => handle != own,
            Role::Former => true,
        });
    }

    /// The answer deletes all parts from `index` on of the session with this handle.
    pub(crate) fn remove_parts(&mut self, names: Cookies, own: Handle, index: usize) {
        self.remove(
            names,
            |role| matches!(role, Role::Part(handle, at) if handle == own && at >= index),
        );
    }

    /// The answer deletes all parts that came: a new session takes their place.
    pub(crate) fn remove_former_parts(&mut self, names: Cookies) {
        self.remove(names, |role| role != Role::Id);
    }

    /// The answer deletes everything that came, which belongs to no session; the id too, unless the
    /// answer sets one.
    pub(crate) fn remove_all(&mut self, names: Cookies) {
        self.removes_id = self.arrived.iter().any(|cookie| cookie.role == Role::Id);
        self.remove_former_parts(names);
    }

    fn remove(&mut self, names: Cookies, which: impl Fn(Role) -> bool) {
        for cookie in &self.arrived {
            let name = &self.text[cookie.name.clone()];
            let known = self.outgoing.iter().any(|other| other.name() == name);
            if which(cookie.role) && !known {
                self.outgoing.push(names.removal(name.to_owned()));
            }
        }
    }

    /// Takes the session's cookies out of the headers; the rest is for others.
    fn take(headers: &mut HeaderMap, names: Cookies) -> Self {
        let (mut found, mut others, mut rewrite) = (Self::default(), String::new(), false);
        for line in headers.get_all(header::COOKIE) {
            found.text.reserve(line.len());
            for pair in pairs(line.as_bytes()) {
                // A cookie that is no text, perhaps another application's, would hide all others
                // from actix-web.
                let Some((name, value)) = str::from_utf8(pair).ok().and_then(split) else {
                    rewrite = true;
                    continue;
                };
                let role = role_of(name, names);
                match role {
                    Some(_) if found.arrived.len() == MOST => found.too_many = true,
                    Some(role) => found.note(name, value, role),
                    None => {}
                }
                if matches!(role, None | Some(Role::Id)) {
                    others.reserve(pair.len() + 2);
                    let separator = if others.is_empty() { "" } else { "; " };
                    others.extend([separator, name, "=", value]);
                } else {
                    rewrite = true;
                }
            }
        }
        if rewrite {
            headers.remove(header::COOKIE);
            if let Ok(line) = HeaderValue::from_str(&others)
                && !line.is_empty()
            {
                headers.insert(header::COOKIE, line);
            }
        }
        found
    }

    fn note(&mut self, name: &str, value: &str, role: Role) {
        let start = self.text.len();
        self.text.extend([name, value]);
        let middle = start + name.len();
        self.arrived.push(Arrived {
            name: start..middle,
            value: middle..self.text.len(),
            role,
        });
    }
}

/// Takes the session's cookies off the request, and sends what became of them.
///
/// # Errors
/// Those of the inner service.
pub async fn session_cookies<B: MessageBody>(
    sessions: Data<Sessions>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let names = sessions.cookies();
    let arrived = SessionCookies::take(request.headers_mut(), names);
    request.extensions_mut().insert(arrived);
    let mut response = next.call(request).await?;
    let cookies = response.request().extensions_mut().remove();
    let mut cookies: SessionCookies = cookies.unwrap_or_default();
    if cookies.removes_id && !sets(response.headers(), names.session()) {
        let removal = names.removal(names.session().to_owned());
        cookies.outgoing.insert(0, removal);
    }
    for cookie in &cookies.outgoing {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}

/// Whether the answer sets the cookie of this name.
fn sets(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all(header::SET_COOKIE).any(|value| {
        let rest = value.as_bytes().strip_prefix(name.as_bytes());
        rest.is_some_and(|rest| rest.first() == Some(&b'='))
    })
}

/// The `name=value` pairs of a header.
fn pairs(mut line: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if line.is_empty() {
            return None;
        }
        let end = memchr(b';', line).unwrap_or(line.len());
        let pair = &line[..end];
        line = line.get(end + 1..).unwrap_or_default();
        Some(pair)
    })
}

fn split(pair: &str) -> Option<(&str, &str)> {
    pair.trim().split_once('=')
}

/// What a cookie is to us: `session`, `session.handle.index`, or a name of before, such as
/// `session.index`.
fn role_of(name: &str, names: Cookies) -> Option<Role> {
    let Some(rest) = name.strip_prefix(names.session()) else {
        let former = names.former(name)?;
        return former.starts_with("session").then_some(Role::Former);
    };
    if rest.is_empty() {
        return Some(Role::Id);
    }
    let rest = rest.strip_prefix('.')?;
    match rest.split_once('.') {
        Some((handle, index)) => Some(Role::Part(handle.parse().ok()?, index.parse().ok()?)),
        None => rest.parse::<usize>().ok().map(|_| Role::Former),
    }
}
