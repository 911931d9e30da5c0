//! `return_url`: where the user wanted to go before signing in. Only ever a place of this application (ASVS 3.7.2).

use url::Url;

/// Longer addresses are forgotten, before and after encoding: the login attempt must fit into one cookie.
const MAX_LENGTH: usize = 1_500;

/// The path, query and fragment of `wanted`, when it lies within `origin`; `None` for anything else.
///
/// Wristband's React SDK sends the page's address through `encodeURI` before it encodes it for the query, so one such
/// level is undone: `%25` becomes `%`, and the characters that `encodeURI` escapes are read back.
#[must_use]
pub fn sanitize(wanted: &str, origin: &Url) -> Option<String> {
    // What a browser would strip or bend into something else is not worth guessing about.
    let suspicious = |text: &str| {
        text.chars()
            .any(|c| c == '\\' || c.is_control() || (c.is_whitespace() && c != ' '))
    };
    if wanted.is_empty() || wanted.len() > MAX_LENGTH || suspicious(wanted) {
        return None;
    }
    let wanted = undo_encode_uri(wanted)?;
    if suspicious(&wanted) || wanted.starts_with("//") {
        return None;
    }
    let absolute = wanted.starts_with(origin.origin().ascii_serialization().as_str());
    if !absolute && !wanted.starts_with('/') {
        return None;
    }
    let url = origin.join(&wanted).ok()?;
    let same_place =
        url.origin() == origin.origin() && url.username().is_empty() && url.password().is_none();
    let local = &url[url::Position::BeforePath..];
    // Dots are resolved by now; two slashes would make the rest another host's name.
    (same_place && local.len() <= MAX_LENGTH && !local.starts_with("//")).then(|| local.to_owned())
}

/// Undoes one `encodeURI`. A text that was never encoded comes back as it was: an encoded one has a `%` only as part
/// of an escape, and the escapes that `encodeURI` makes never stand for one of the reserved characters.
fn undo_encode_uri(text: &str) -> Option<String> {
    const RESERVED: &[u8] = b";/?:@&=+$,#";
    let bytes = text.as_bytes();
    let mut undone = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match escaped {
            // `decodeURI` keeps these escaped: they would change what the address means.
            Some(byte) if !RESERVED.contains(&byte) => {
                undone.push(byte);
                rest = &tail[2..];
            }
            _ => {
                undone.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(undone).ok()
}
