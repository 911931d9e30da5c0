//! The session's cookies of one request and its response.
//!
//! The middleware in `cookie_layer` removes the parts of a sealed session from the request
//! before actix-web parses them, and adds the new parts to the response after the id's cookie. So a
//! browser that sends a request in between has the new id, never the new parts alone.

use std::{ops::Range, time::Duration};

use actix_web::{
    HttpMessage, HttpRequest,
    cookie::Cookie,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};
use sealed_cookies::CookieNames;

use super::cookie_roles::{CookieRole, DEVICE, MAX_COOKIES, pairs, role_of, split};
use crate::{Handle, SessionParts, Sessions};

/// The session's cookies of one request and its response, in the request's extensions.
#[derive(Debug)]
pub struct SessionCookies {
    names: CookieNames,
    max_age: Duration,
    /// Names and values, one after the other.
    text: String,
    arrived: Vec<Arrived>,
    /// True if there were more than [`MAX_COOKIES`].
    too_many: bool,
    pub(super) removes_id: bool,
    pub(super) outgoing: Vec<Cookie<'static>>,
    /// Other header fields of the response.
    pub(super) fields: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Clone, Debug)]
struct Arrived {
    name: Range<usize>,
    value: Range<usize>,
    role: CookieRole,
}

impl SessionCookies {
    pub(super) fn new(names: CookieNames, max_age: Duration) -> Self {
        Self {
            names,
            max_age,
            text: String::new(),
            arrived: Vec::new(),
            too_many: false,
            removes_id: false,
            outgoing: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// The cookies of the request: the name, and the bytes of name and value.
    pub fn arrived(&self) -> impl Iterator<Item = (&str, usize)> {
        self.arrived.iter().map(|cookie| {
            let name = &self.text[cookie.name.clone()];
            (name, name.len() + cookie.value.len())
        })
    }

    /// Returns `true` if the request has neither an id nor parts.
    pub(super) fn is_empty(&self) -> bool {
        self.arrived.is_empty()
    }

    /// Returns `true` if the request has more cookies than a session of ours.
    pub(super) fn has_too_many(&self) -> bool {
        self.too_many
    }

    /// The number of cookies that the response sets or removes, and the bytes of names and values.
    pub(super) fn outgoing(&self) -> (usize, usize) {
        let bytes = |cookie: &Cookie<'_>| cookie.name().len() + cookie.value().len();
        (self.outgoing.len(), self.outgoing.iter().map(bytes).sum())
    }

    /// Removes the parts of other sessions. An id is set before its parts, so these are older.
    pub(super) fn remove_parts_of_others(&mut self, own: Handle) {
        self.remove(|role| match role {
            CookieRole::Id | CookieRole::Bound => false,
            CookieRole::Part(handle, _) | CookieRole::Device(handle) => handle != own,
            CookieRole::Stray => true,
        });
    }

    /// Removes the parts of this session from `index` on.
    pub(super) fn remove_parts(&mut self, own: Handle, index: usize) {
        self.remove(|role| match role {
            CookieRole::Part(of, at) => of == own && at >= index,
            CookieRole::Device(of) => of == own && index == 0,
            _ => false,
        });
    }

    /// Removes `count` parts of a session that the request does not have.
    pub(super) fn remove_unseen_parts(&mut self, handle: Handle, count: usize) {
        for index in 0..count {
            let name = self.names.part(&handle, index);
            self.outgoing.push(self.names.removal(name));
        }
    }

    /// Removes all parts, because a new session begins.
    pub(super) fn remove_all_parts(&mut self) {
        self.remove(|role| role != CookieRole::Id);
    }

    /// Removes all cookies, because they belong to no session; the id only if the response sets no
    /// other.
    pub(super) fn remove_all(&mut self) {
        let is_id = |cookie: &Arrived| cookie.role == CookieRole::Id;
        self.removes_id = self.arrived.iter().any(is_id);
        self.remove_all_parts();
    }

    /// The value of the bound cookie.
    pub(super) fn bound(&self) -> Option<&str> {
        self.value(CookieRole::Bound)
    }

    /// Sets a cookie in the response.
    pub(super) fn set(&mut self, cookie: Cookie<'static>) {
        self.outgoing.push(cookie);
    }

    /// Sets the part with the device of a session.
    pub(super) fn set_device(&mut self, handle: Handle, value: String) {
        let name = self.names.named(&format_args!("{handle}.{DEVICE}"));
        self.set(self.names.build(name, value, self.max_age));
    }

    /// Adds a header field to the response.
    pub(super) fn add_field(&mut self, name: &'static str, value: Option<String>) {
        let value = value.and_then(|value| HeaderValue::try_from(value).ok());
        let field = value.map(|value| (HeaderName::from_static(name), value));
        self.fields.extend(field);
    }

    fn value(&self, wanted: CookieRole) -> Option<&str> {
        let found = self.arrived.iter().find(|cookie| cookie.role == wanted)?;
        self.text.get(found.value.clone())
    }

    /// Removes no cookie.
    pub(super) fn keep_all(&mut self) {
        self.removes_id = false;
        self.outgoing.clear();
    }

    fn remove(&mut self, which: impl Fn(CookieRole) -> bool) {
        for cookie in &self.arrived {
            let name = &self.text[cookie.name.clone()];
            let is_known = self.outgoing.iter().any(|other| other.name() == name);
            if which(cookie.role) && !is_known {
                self.outgoing.push(self.names.removal(name.to_owned()));
            }
        }
    }

    /// Takes the session's cookies out of the headers, and leaves the others there.
    pub(super) fn take(&mut self, headers: &mut HeaderMap) {
        let mut others = String::new();
        let mut rewrite = false;
        for line in headers.get_all(header::COOKIE) {
            self.text.reserve(line.len());
            for pair in pairs(line.as_bytes()) {
                // Another application's cookie may be no text; it would hide all others from
                // actix-web.
                let Some((name, value)) = str::from_utf8(pair).ok().and_then(split) else {
                    rewrite = true;
                    continue;
                };
                let role = role_of(name, self.names);
                match role {
                    Some(_) if self.arrived.len() == MAX_COOKIES => self.too_many = true,
                    Some(role) => self.note(name, value, role),
                    None => {}
                }
                if matches!(role, None | Some(CookieRole::Id)) {
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
    }

    fn note(&mut self, name: &str, value: &str, role: CookieRole) {
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

impl SessionParts for SessionCookies {
    fn part(&self, handle: Handle, index: usize) -> Option<&str> {
        self.value(CookieRole::Part(handle, index))
    }

    fn device(&self, handle: Handle) -> Option<&str> {
        self.value(CookieRole::Device(handle))
    }

    fn set_parts(&mut self, handle: Handle, parts: Vec<String>) {
        // A shorter version leaves parts of the longer one behind.
        self.remove_parts(handle, parts.len());
        for (index, value) in parts.into_iter().enumerate() {
            let name = self.names.part(&handle, index);
            let cookie = self.names.build(name, value, self.max_age);
            self.outgoing.push(cookie);
        }
    }
}

/// Reads or changes the session's cookies of this request.
pub(super) fn with_cookies<T>(
    sessions: &Sessions,
    request: &HttpRequest,
    action: impl FnOnce(&mut SessionCookies) -> T,
) -> T {
    let mut extensions = request.extensions_mut();
    if let Some(cookies) = extensions.get_mut::<SessionCookies>() {
        return action(cookies);
    }
    // Without the middleware, nothing arrives and nothing is sent.
    let max_age = sessions.timeouts().absolute;
    action(&mut SessionCookies::new(sessions.cookies(), max_age))
}
