//! Values of the header fields, which are structured fields (RFC 9651).

use sfv::{
    BareItem, Item, ItemSerializer, KeyRef, List, ListEntry, ListSerializer, Parser, StringRef,
    TokenRef, key_ref,
};

/// The value of [`crate::headers::REGISTRATION`]: offers the browser to register a key at `path`.
/// The proof returns `authorization`, for a request that may come without cookies. `None` if a text
/// has other characters than printable ASCII.
pub fn registration(path: &str, challenge: &str, authorization: Option<&str>) -> Option<String> {
    let parameters = [
        (key_ref("path"), Some(path)),
        (key_ref("challenge"), Some(challenge)),
        (key_ref("authorization"), authorization),
    ];
    let mut list = ListSerializer::new();
    let mut algorithms = list.inner_list();
    for algorithm in ["ES256", "RS256"] {
        let _ = algorithms.bare_item(TokenRef::from_str(algorithm).ok()?);
    }
    let mut entry = algorithms.finish();
    for (name, text) in parameters {
        if let Some(text) = text {
            entry = entry.parameter(name, StringRef::from_str(text).ok()?);
        }
    }
    let _ = entry.finish();
    list.finish()
}

/// The value of [`crate::headers::CHALLENGE`] for a session. `None` if a text has other characters
/// than printable ASCII.
pub fn challenge(challenge: &str, session_identifier: &str) -> Option<String> {
    let challenge = StringRef::from_str(challenge).ok()?;
    let identifier = StringRef::from_str(session_identifier).ok()?;
    let item = ItemSerializer::new().bare_item(challenge);
    Some(item.parameter(key_ref("id"), identifier).finish())
}

/// The reason why a browser sends a request without the bound cookie.
///
/// Anybody can send it, so it must never let a request pass. Respond with 503 instead of 401: the
/// session stays, and the browser refreshes the cookie later.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Skipped {
    /// The server did not respond to the refresh.
    Unreachable,
    /// The server responded to the refresh with an error (5xx).
    ServerError,
    /// The browser has refreshed too often.
    QuotaExceeded,
}

impl Skipped {
    /// Returns the reason for this session in the value of [`crate::headers::SKIPPED`]. An entry
    /// without a session identifier is for every session.
    pub fn parse(value: &[u8], session_identifier: &str) -> Option<Self> {
        let list = Parser::new(value).parse::<List>().ok()?;
        list.iter().find_map(|entry| {
            let ListEntry::Item(item) = entry else {
                return None;
            };
            let of = parameter(item, key_ref("session_identifier"));
            if of.is_some_and(|of| text(of) != Some(session_identifier)) {
                return None;
            }
            match item.bare_item.as_token()?.as_str() {
                "unreachable" => Some(Self::Unreachable),
                "server_error" => Some(Self::ServerError),
                "quota_exceeded" => Some(Self::QuotaExceeded),
                _ => None,
            }
        })
    }
}

/// Returns the text of a field that is a string, without its parameters. Chromium 156 sends proofs
/// and session identifiers without the quotes that the draft requires.
pub(crate) fn string(value: &[u8]) -> Option<String> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    if !value.is_empty() && value.iter().all(is_plain) {
        return String::from_utf8(value.to_vec()).ok();
    }
    let item = Parser::new(value).parse::<Item>().ok()?;
    text(&item.bare_item).map(str::to_owned)
}

fn text(item: &BareItem) -> Option<&str> {
    item.as_string().map(StringRef::as_str)
}

fn parameter<'a>(item: &'a Item, name: &KeyRef) -> Option<&'a BareItem> {
    item.params.get(name)
}
