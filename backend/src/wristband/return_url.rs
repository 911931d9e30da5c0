//! `return_url`: where the user wanted to go before signing in. Only ever a place of this application (ASVS 3.7.2).

use url::Url;

/// Longer addresses are forgotten: the login attempt must fit into one cookie.
const MAX_LENGTH: usize = 1_500;

/// The path, query and fragment of `wanted`, when it lies within `origin`; `None` for anything else.
///
/// Wristband's React SDK sends the page's address through `encodeURI` before it encodes it for the query, so one such
/// level is undone: `%25` becomes `%`, and the characters that `encodeURI` escapes are read back.
#[must_use]
pub fn sanitize(wanted: &str, origin: &Url) -> Option<String> {
    // What a browser would strip or bend into something else is not worth guessing about.
    let suspicious = |text: &str| text.chars().any(|c| c == '\\' || c.is_control() || (c.is_whitespace() && c != ' '));
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
    let same_place = url.origin() == origin.origin() && url.username().is_empty() && url.password().is_none();
    let local = &url[url::Position::BeforePath..];
    // Dots are resolved by now; two slashes would make the rest another host's name.
    (same_place && !local.starts_with("//")).then(|| local.to_owned())
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

#[cfg(test)]
mod tests {
    use url::Url;

    use super::sanitize;

    fn origin() -> Url {
        Url::parse("https://app.example.com").unwrap_or_else(|_| unreachable!())
    }

    #[test]
    fn a_page_of_this_application_is_kept_as_path_query_and_fragment() {
        for (wanted, kept) in [
            ("/", "/"),
            ("/profile", "/profile"),
            ("/profile?tab=roles&x=1#top", "/profile?tab=roles&x=1#top"),
            ("https://app.example.com/profile?a=b#c", "/profile?a=b#c"),
            ("https://app.example.com", "/"),
            ("https://app.example.com:443/x", "/x"),
            ("/a/../b", "/b"),
            ("/search?q=http://other.example/", "/search?q=http://other.example/"),
            ("/x?next=%2F%2Fevil.com", "/x?next=%2F%2Fevil.com"),
            ("/with%20space", "/with%20space"),
        ] {
            assert_eq!(sanitize(wanted, &origin()).as_deref(), Some(kept), "{wanted}");
        }
    }

    #[test]
    fn one_level_of_encode_uri_is_undone() {
        // A page at /a%20b?q=%2F: `encodeURI` made %25 of each %.
        assert_eq!(sanitize("https://app.example.com/a%2520b?q=%252F", &origin()).as_deref(), Some("/a%20b?q=%2F"));
        assert_eq!(sanitize("/caf%C3%A9", &origin()).as_deref(), Some("/caf%C3%A9"));
        assert_eq!(sanitize("/half%2", &origin()).as_deref(), Some("/half%2"));
    }

    #[test]
    fn everything_else_is_refused() {
        let hostile = [
            "",
            " ",
            "profile",
            "?a",
            "#a",
            "//evil.com",
            "///evil.com",
            "////evil.com",
            "/\\evil.com",
            "\\\\evil.com",
            "\\/evil.com",
            "/\t/evil.com",
            "/\n/evil.com",
            "/\r\n/evil.com",
            "/\u{0}/evil.com",
            "\u{1}/evil.com",
            "http://evil.com",
            "https://evil.com",
            "HTTPS://evil.com",
            "https:evil.com",
            "https:/evil.com",
            "https:///evil.com",
            "http://app.example.com/",
            "https://app.example.com:444/",
            "https://app.example.com.evil.com/",
            "https://app.example.com@evil.com/",
            "https://user@app.example.com/",
            "https://user:pw@app.example.com/",
            "https://app.example.comevil.com/",
            "https://evil.com/https://app.example.com/",
            "https://evil.com#https://app.example.com",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://app.example.com/",
            "blob:https://app.example.com/x",
            "about:blank",
            "/%5Cevil.com",
            "/%5C%5Cevil.com",
            "%2F%2Fevil.com",
            "/%0D%0ASet-Cookie:a=b",
            "/%00",
            "/%09/evil.com",
            "/..//evil.com",
            "/.//evil.com",
            "/a/..//evil.com",
            "/%2e%2e//evil.com",
            "/\u{a0}x",
            "/\u{2028}x",
            "/\u{feff}\n",
            "/%E2%80%A8",
            "/%FF",
            "mailto:a@b.c",
            "//app.example.com",
            "///",
            "https://app.example.com//evil.com",
        ];
        assert!(hostile.len() >= 40);
        for wanted in hostile {
            assert_eq!(sanitize(wanted, &origin()), None, "{wanted:?}");
        }
        assert_eq!(sanitize(&format!("/{}", "a".repeat(2_000)), &origin()), None);
    }
}
