//! `return_url`: the page to open after the sign-in. Only paths of this application are accepted,
//! so that it is no open redirect (ASVS 3.7.2).

use url::Url;

/// Maximum of characters of a return URL, before and after encoding: the login attempt must fit
/// into one cookie.
const MAX_LENGTH: usize = 1_500;

/// Returns the path, query and fragment of `wanted`, or `None` if it leaves `origin`.
///
/// Wristband's React SDK sends the page's address through `encodeURI` before it encodes it for the
/// query, so one such level is undone: `%25` becomes `%`, and the characters that `encodeURI`
/// escapes are read back.
#[must_use]
pub fn sanitize(wanted: &str, origin: &Url) -> Option<String> {
    // Refuses characters that browsers strip or rewrite.
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
    // Dots are resolved here. With two slashes the rest would be a host name.
    let is_page = !local.starts_with("//") && !leads_to_api(url.path());
    (same_place && local.len() <= MAX_LENGTH && is_page).then(|| local.to_owned())
}

/// Returns `true` if a path leads to `/api`, or could after decoding: encoded any number of times,
/// with dots, backslashes, parameters or capitals. A sign-in must not end on an endpoint with an
/// effect, such as the sign-out.
fn leads_to_api(path: &str) -> bool {
    let mut path = path.to_owned();
    loop {
        let plain = path.to_ascii_lowercase().replace('\\', "/");
        let plain = plain.replace(|c: char| c.is_control() || c.is_whitespace(), "");
        let names = plain.split('/').map(|name| name.split(';').next());
        let names: Vec<_> = names.flatten().filter(|name| !name.is_empty()).collect();
        if is_api(names.iter().find(|name| **name != ".")) || is_api(resolved(&names).first()) {
            return true;
        }
        let decoded = undo_encoding(&path, |_| true);
        if decoded.len() == path.len() {
            return false;
        }
        path = String::from_utf8_lossy(&decoded).into_owned();
    }
}

fn is_api(name: Option<&&str>) -> bool {
    name.is_some_and(|name| name.trim_end_matches('.') == "api")
}

fn resolved<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut path = Vec::new();
    for name in names {
        match *name {
            "." => {}
            ".." => drop(path.pop()),
            name => path.push(name),
        }
    }
    path
}

/// Decodes one level of `encodeURI`. Does not change a text that was not encoded: in an encoded one
/// every `%` begins an escape, and `encodeURI` never escapes reserved characters.
fn undo_encode_uri(text: &str) -> Option<String> {
    // `decodeURI` leaves these escaped, as they would change the meaning of the URL.
    let undone = undo_encoding(text, |byte| !b";/?:@&=+$,#".contains(&byte));
    String::from_utf8(undone).ok()
}

/// Decodes the escapes of these bytes, once.
fn undo_encoding(text: &str, these: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut undone = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match escaped {
            Some(byte) if these(byte) => {
                undone.push(byte);
                rest = &tail[2..];
            }
            _ => {
                undone.push(first);
                rest = tail;
            }
        }
    }
    undone
}
