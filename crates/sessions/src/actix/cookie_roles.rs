//! Roles of the session's cookies, by their names.

use memchr::memchr;
use sealed_cookies::CookieNames;

use crate::{Handle, device::BOUND_COOKIE};

/// More cookies than any session takes. A request with more contains no session of ours.
pub(super) const MAX_COOKIES: usize = 40;

/// The index of the part with the device.
pub(super) const DEVICE: &str = "device";

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum CookieRole {
    Id,
    Part(Handle, usize),
    /// The device of a sealed session.
    Device(Handle),
    /// The bound cookie.
    Bound,
    /// A part that names no session. It is removed.
    Stray,
}

/// The `name=value` pairs of a header.
pub(super) fn pairs(mut line: &[u8]) -> impl Iterator<Item = &[u8]> {
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

pub(super) fn split(pair: &str) -> Option<(&str, &str)> {
    pair.trim().split_once('=')
}

/// Returns the role of a cookie by its name: `session`, `session.handle.index`,
/// `session.handle.device`, the bound cookie or, stray, `session.index`.
pub(super) fn role_of(name: &str, names: CookieNames) -> Option<CookieRole> {
    if name == BOUND_COOKIE {
        return Some(CookieRole::Bound);
    }
    let rest = names.suffix_of(name)?;
    if rest.is_empty() {
        return Some(CookieRole::Id);
    }
    let rest = rest.strip_prefix('.')?;
    match rest.split_once('.') {
        Some((handle, DEVICE)) => Some(CookieRole::Device(handle.parse().ok()?)),
        Some((handle, index)) => Some(CookieRole::Part(handle.parse().ok()?, part_index(index)?)),
        None if rest.len() <= 3 => rest.parse::<u16>().ok().map(|_| CookieRole::Stray),
        None => None,
    }
}

/// Reads an index as we write it: no sign, no leading zeros (names are kept with the session).
fn part_index(text: &str) -> Option<usize> {
    let is_plain = matches!(text.as_bytes(), [b'0'..=b'9'] | [b'1'..=b'9', b'0'..=b'9']);
    let index = text.parse().ok()?;
    (is_plain && index < MAX_COOKIES).then_some(index)
}
