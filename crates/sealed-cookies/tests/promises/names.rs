//! Names and attributes.

use std::time::Duration;

use sealed_cookies::{CookieNames, parse_cookies};

#[test]
fn secure_cookies_say_so_in_their_names_and_attributes() {
    let names = CookieNames::new("session", true);
    assert_eq!(names.base_name(), "__Host-Http-session");
    assert_eq!(names.part(&"ada", 2), "__Host-Http-session.ada.2");
    let cookie = names.build(
        names.base_name(),
        "value".to_owned(),
        Duration::from_secs(60),
    );
    let line = cookie.to_string();
    assert!(line.starts_with("__Host-Http-session=value; HttpOnly; SameSite=Strict; Secure"));
    assert!(
        line.contains("Path=/") && line.contains("Max-Age=60"),
        "{line}"
    );
    assert!(!line.contains("Domain"), "{line}");
}

#[test]
fn a_removal_has_the_attributes_that_the_cookie_was_set_with() {
    for secure in [true, false] {
        for names in [
            CookieNames::new("a", secure),
            CookieNames::new("a", secure).lax(),
        ] {
            let set = names.build(names.base_name(), "value".to_owned(), Duration::ZERO);
            let removal = names.removal(names.base_name());
            assert_eq!(removal.to_string(), set.to_string().replace("=value", "="));
            for attribute in names.attributes().split("; ") {
                assert!(removal.to_string().contains(attribute), "{attribute}");
            }
        }
    }
}

#[test]
fn the_rest_of_a_name_tells_our_cookies_from_those_of_others() {
    let names = CookieNames::new("session", false);
    let cases = [
        ("session", Some("")),
        ("session.ada", Some(".ada")),
        ("session.ada.0", Some(".ada.0")),
        ("sessions", None),
        ("session_id", None),
        ("other", None),
        ("", None),
        ("__Host-Http-session", None),
    ];
    for (name, rest) in cases {
        assert_eq!(names.suffix_of(name), rest, "{name}");
    }
}

#[test]
fn a_cookie_that_is_no_text_hides_no_other() {
    let lines: [&[u8]; 2] = [b"a=1; \xff=\xff; b=2", b"c=3;;d; e=a=b"];
    let found: Vec<_> = parse_cookies(lines).collect();
    assert_eq!(found, [("a", "1"), ("b", "2"), ("c", "3"), ("e", "a=b")]);
}
