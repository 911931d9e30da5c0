//! A table of `return_url` values and their results.

use backend::sign_in::return_url::sanitize;
use url::Url;

fn origin() -> Url {
    Url::parse("https://app.example.com").expect("an origin")
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
        (
            "/search?q=http://other.example/",
            "/search?q=http://other.example/",
        ),
        ("/x?next=%2F%2Fevil.com", "/x?next=%2F%2Fevil.com"),
        ("/with%20space", "/with%20space"),
    ] {
        assert_eq!(
            sanitize(wanted, &origin()).as_deref(),
            Some(kept),
            "{wanted}"
        );
    }
}

#[test]
fn one_level_of_encode_uri_is_undone() {
    // A page at /a%20b?q=%2F: `encodeURI` made %25 of each %.
    assert_eq!(
        sanitize("https://app.example.com/a%2520b?q=%252F", &origin()).as_deref(),
        Some("/a%20b?q=%2F")
    );
    assert_eq!(
        sanitize("/caf%C3%A9", &origin()).as_deref(),
        Some("/caf%C3%A9")
    );
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
    assert_eq!(
        sanitize(&format!("/{}", "a".repeat(2_000)), &origin()),
        None
    );
}

#[test]
fn the_api_is_no_page_to_return_to_in_any_spelling() {
    for wanted in [
        "/api",
        "/api/",
        "/api/auth/logout",
        "/api?x",
        "/api#x",
        "https://app.example.com/api/auth/logout",
        "https://app.example.com:443/api/auth/logout",
        "/API/auth/logout",
        "/aPi",
        "/%61pi/auth/logout",
        "/%41PI/auth/logout",
        "/a%70i",
        "/%61%70%69",
        "/%2561pi/auth/logout",
        "/%252561pi/auth/logout",
        "/%25252525252561pi/auth/logout",
        "/./api/auth/logout",
        "/%2e/api",
        "/x/../api/auth/logout",
        "/x/%2e%2e/api/auth/logout",
        "/x/.%2E/api/auth/logout",
        "/x/%252e%252e/api",
        "/x/..%2fapi",
        "/x/..%252fapi",
        "/x/%252e%252e%252fapi",
        "/%2fapi/auth/logout",
        "/%252fapi/auth/logout",
        "/.%2fapi",
        "/api%2fauth%2flogout",
        "/api%252fauth",
        "/api%5cauth",
        "/x%5c..%5capi",
        "/x/%255c../api",
        "/api;a=b/auth/logout",
        "/;a/api",
        "/api%3bx/auth",
        "/api%00/auth",
        "/api%20/auth",
        "/api./auth",
        "/a%09pi/auth",
    ] {
        assert_eq!(sanitize(wanted, &origin()), None, "{wanted:?}");
    }
    for page in [
        "/apis",
        "/apiary/api",
        "/docs/api",
        "/?api",
        "/#/api",
        "/api-keys",
        "/100%25",
        "/x?next=/api",
    ] {
        let kept = sanitize(page, &origin());
        assert!(kept.is_some(), "{page}: {kept:?}");
    }
}
