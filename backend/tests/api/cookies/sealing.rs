//! Sealed values: each opens for its purpose, in its context, with a secret that is known, and as
//! it was.

use backend::sealing::{Purpose, Sealer};

fn sealer(secrets: &[&str], purpose: Purpose) -> Sealer {
    Sealer::new(
        &secrets
            .iter()
            .map(|secret| (*secret).into())
            .collect::<Vec<_>>(),
        purpose,
    )
}

#[test]
fn a_sealed_value_opens_only_for_its_purpose_in_its_context_with_its_secret() {
    let session = sealer(&["one"], Purpose::Session);
    let sealed = session.seal(b"value", b"context").expect("sealed");
    assert_eq!(
        session.open(&sealed, b"context").as_deref(),
        Some(&b"value"[..])
    );
    assert_eq!(session.open(&sealed, b"another"), None);
    assert_eq!(
        sealer(&["one"], Purpose::LoginAttempt).open(&sealed, b"context"),
        None
    );
    assert_eq!(
        sealer(&["two"], Purpose::Session).open(&sealed, b"context"),
        None
    );
    assert!(
        sealer(&["two", "one"], Purpose::Session)
            .open(&sealed, b"context")
            .is_some()
    );
}

#[test]
fn a_sealed_value_with_any_byte_changed_added_or_lost_does_not_open() {
    let session = sealer(&["one"], Purpose::Session);
    let sealed = session.seal(b"value", b"").expect("sealed");
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert_eq!(session.open(&changed, b""), None, "byte {place}");
        assert_eq!(session.open(&sealed[..place], b""), None, "cut to {place}");
    }
    assert_eq!(session.open(&[&sealed[..], b"x"].concat(), b""), None);
}

#[test]
fn the_same_value_never_looks_the_same_sealed() {
    let session = sealer(&["one"], Purpose::Session);
    assert_ne!(
        session.seal(b"value", b"").expect("sealed"),
        session.seal(b"value", b"").expect("sealed")
    );
}

#[test]
fn each_purpose_has_a_key_of_its_own_so_that_renaming_the_key_opens_nothing() {
    let purposes = [
        Purpose::Session,
        Purpose::StoredSession,
        Purpose::Successor,
        Purpose::LoginAttempt,
    ];
    for from in purposes {
        for to in purposes {
            let sealed = sealer(&["one"], from).seal(b"value", b"").expect("sealed");
            let other = sealer(&["one"], to);
            // Version, then the id of the key, then what it sealed.
            let name = other.seal(b"", b"").expect("sealed")[..5].to_vec();
            let renamed = [&name[..], &sealed[5..]].concat();
            assert_eq!(
                other.open(&sealed, b"").is_some(),
                from == to,
                "{from:?} as {to:?}"
            );
            assert_eq!(
                other.open(&renamed, b"").is_some(),
                from == to,
                "{from:?} renamed to {to:?}"
            );
        }
    }
}
