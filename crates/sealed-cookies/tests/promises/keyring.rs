//! Sealed values: each opens for its purpose, in its context, with a secret that is known, and as
//! it was.

use sealed_cookies::{Keyring, Purpose, SealError, derive_key};

const SESSION: Purpose = Purpose::new("session");
const LOGIN_ATTEMPT: Purpose = Purpose::new("login attempt");

fn keyring(secrets: &[&str], purpose: Purpose) -> Keyring {
    let secrets: Vec<_> = secrets.iter().map(|secret| (*secret).into()).collect();
    Keyring::new(&secrets, purpose)
}

#[test]
fn a_sealed_value_opens_only_for_its_purpose_in_its_context_with_its_secret() {
    let session = keyring(&["one"], SESSION);
    let sealed = session.seal(b"value", b"context").expect("sealed");
    assert_eq!(
        session.open(&sealed, b"context").as_deref(),
        Some(&b"value"[..])
    );
    assert_eq!(session.open(&sealed, b"another"), None);
    assert_eq!(
        keyring(&["one"], LOGIN_ATTEMPT).open(&sealed, b"context"),
        None
    );
    assert_eq!(keyring(&["two"], SESSION).open(&sealed, b"context"), None);
    assert!(
        keyring(&["two", "one"], SESSION)
            .open(&sealed, b"context")
            .is_some()
    );
}

#[test]
fn a_sealed_value_with_any_byte_changed_added_or_lost_does_not_open() {
    let session = keyring(&["one"], SESSION);
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
    let session = keyring(&["one"], SESSION);
    assert_ne!(
        session.seal(b"value", b"").expect("sealed"),
        session.seal(b"value", b"").expect("sealed")
    );
}

#[test]
fn each_purpose_has_a_key_of_its_own_so_that_renaming_the_key_opens_nothing() {
    let purposes = ["session", "sessio", "session ", "", "login attempt"].map(Purpose::new);
    for from in purposes {
        for to in purposes {
            let sealed = keyring(&["one"], from).seal(b"value", b"").expect("sealed");
            let other = keyring(&["one"], to);
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

#[test]
fn a_keyring_without_secrets_seals_and_opens_nothing() {
    let (empty, full) = (keyring(&[], SESSION), keyring(&["one"], SESSION));
    assert_eq!(empty.seal(b"value", b""), Err(SealError::NoSecret));
    let sealed = full.seal(b"value", b"").expect("sealed");
    assert_eq!(empty.open(&sealed, b""), None);
}

#[test]
fn a_keyring_never_shows_a_key_or_a_secret() {
    let shown = format!("{:?}", keyring(&["canary"], SESSION));
    assert_eq!(shown, "Keyring(1 keys)");
}

#[test]
fn derived_keys_differ_by_secret_purpose_and_use() {
    let key = |secret: &str, purpose| derive_key::<32>(&secret.into(), purpose);
    assert_eq!(key("one", SESSION), key("one", SESSION));
    assert_ne!(key("one", SESSION), key("two", SESSION));
    assert_ne!(key("one", SESSION), key("one", LOGIN_ATTEMPT));
}
