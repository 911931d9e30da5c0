//! Header fields and session instructions.

use dbsc::{Instructions, Skipped};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn fields_are_written_as_the_draft_shows_them() {
    assert_eq!(
        dbsc::registration("reg", "cv", Some("ac")).as_deref(),
        Some(r#"(ES256 RS256);path="reg";challenge="cv";authorization="ac""#)
    );
    assert_eq!(
        dbsc::registration("reg", "cv", None).as_deref(),
        Some(r#"(ES256 RS256);path="reg";challenge="cv""#)
    );
    assert_eq!(
        dbsc::challenge("new challenge", "my session").as_deref(),
        Some(r#""new challenge";id="my session""#)
    );
    // A text cannot leave its quotes.
    assert_eq!(
        dbsc::challenge(r#"a"b\"#, "c").as_deref(),
        Some(r#""a\"b\\";id="c""#)
    );
    for text in ["ü", "a\r\nSet-Cookie: b=c", "\0"] {
        assert_eq!(dbsc::challenge(text, "id"), None);
        assert_eq!(dbsc::challenge("text", text), None);
        assert_eq!(dbsc::registration("reg", "cv", Some(text)), None);
        assert_eq!(dbsc::registration("reg", text, None), None);
        assert_eq!(dbsc::registration(text, "cv", None), None);
    }
}

#[test]
fn the_reason_for_a_missing_cookie_is_read_for_its_session() {
    let both = br#"unreachable;session_identifier="123", quota_exceeded;session_identifier="456""#;
    let cases: [(&[u8], &str, Option<Skipped>); 11] = [
        (both, "123", Some(Skipped::Unreachable)),
        (both, "456", Some(Skipped::QuotaExceeded)),
        (both, "789", None),
        (b"server_error", "123", Some(Skipped::ServerError)),
        (b"server_error;session_identifier=123", "123", None),
        (b"another", "123", None),
        (b"another, unreachable", "123", Some(Skipped::Unreachable)),
        (b"\"unreachable\"", "123", None),
        (b"(unreachable)", "123", None),
        (b"", "123", None),
        (b"\xff", "123", None),
    ];
    for (field, session, expected) in cases {
        assert_eq!(
            Skipped::parse(field, session),
            expected,
            "{field:?} {session}"
        );
    }
}

#[test]
fn instructions_name_the_cookie_the_scope_and_what_is_left_out() {
    let instructions = Instructions {
        session_identifier: "rLk7sQ",
        refresh_url: "/device/refresh",
        cookie: "__Host-device",
        attributes: "Secure; HttpOnly; SameSite=Strict; Path=/",
        exclude: &["/assets"],
    };
    let body: Value = serde_json::from_str(&instructions.to_json()).expect("json");
    assert_eq!(
        body,
        json!({
            "session_identifier": "rLk7sQ",
            "refresh_url": "/device/refresh",
            "scope": {
                "include_site": false,
                "scope_specification": [{ "type": "exclude", "domain": "*", "path": "/assets" }],
            },
            "credentials": [{
                "type": "cookie",
                "name": "__Host-device",
                "attributes": "Secure; HttpOnly; SameSite=Strict; Path=/",
            }],
        })
    );
}

proptest! {
    #[test]
    fn the_reason_is_found_wherever_it_stands_in_the_list(
        before in prop::collection::vec("[a-z]{1,8};session_identifier=\"[a-z]{4,8}\"", 0..4),
        session in "[0-9]{1,8}",
    ) {
        let own = format!("server_error;session_identifier=\"{session}\"");
        let list = before.into_iter().chain([own]).collect::<Vec<_>>().join(", ");
        prop_assert_eq!(Skipped::parse(list.as_bytes(), &session), Some(Skipped::ServerError));
    }
}
