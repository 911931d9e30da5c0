//! Values split over several cookies.

use proptest::prelude::*;
use sealed_cookies::{Keyring, OpenedParts, Purpose};

fn keyring() -> Keyring {
    Keyring::new(&["a secret".into()], Purpose::new("session"))
}

fn open(name: &str, parts: &[String]) -> Option<OpenedParts> {
    keyring().open_parts(name, |index| parts.get(index).map(String::as_str))
}

fn seal(length: usize, version: u64) -> Vec<String> {
    let value = vec![b'v'; length];
    keyring()
        .seal_parts(&value, "ada", version)
        .expect("sealed")
}

#[test]
fn parts_of_two_versions_never_open_together() {
    let (old, new) = (seal(9_000, 1), seal(9_000, 2));
    assert!(old.len() > 2);
    for index in 0..old.len() {
        let mut mixed = new.clone();
        mixed[index].clone_from(&old[index]);
        assert_eq!(open("ada", &mixed), None, "part {index}");
        // Nor when the old part claims to be of the new version.
        mixed[index] = mixed[index].replacen("1.", "2.", 1);
        assert_eq!(open("ada", &mixed), None, "part {index} renumbered");
    }
}

#[test]
fn parts_of_a_longer_version_that_were_left_behind_are_ignored() {
    let (long, short) = (seal(9_000, 1), seal(10, 2));
    let left = [&short[..], &long[1..]].concat();
    let opened = open("ada", &left).expect("opened");
    assert_eq!((opened.version, opened.count), (2, 1));
    assert_eq!(opened.plaintext.len(), 10);
}

#[test]
fn parts_open_for_their_name_alone_and_only_all_of_them() {
    let parts = seal(9_000, 1);
    assert!(open("ada", &parts).is_some());
    assert_eq!(open("bob", &parts), None);
    assert_eq!(open("ada", &parts[..parts.len() - 1]), None);
    assert_eq!(open("ada", &[]), None);
}

#[test]
fn numbers_are_read_only_as_they_are_written() {
    let [part] = &seal(10, 1)[..] else {
        panic!("one part");
    };
    let text = part.strip_prefix("1.1.").expect("its numbers");
    assert!(open("ada", std::slice::from_ref(part)).is_some());
    for numbers in ["01.1.", "1.01.", "+1.1.", "1.+1.", "0000000001.1.", " 1.1."] {
        assert_eq!(
            open("ada", &[format!("{numbers}{text}")]),
            None,
            "{numbers}"
        );
    }
}

#[test]
fn text_that_is_no_part_opens_nothing() {
    for text in [
        "",
        ".",
        "..",
        "1",
        "1.1",
        "1.1.",
        "x.1.AAAA",
        "1.x.AAAA",
        "1.99999999999.A",
    ] {
        assert_eq!(open("ada", &[text.to_owned()]), None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_value_comes_back_as_it_was_in_parts_that_browsers_keep(
        value in proptest::collection::vec(any::<u8>(), 0..20_000),
        name in "\\PC{0,40}",
        version in any::<u64>(),
    ) {
        let parts = keyring().seal_parts(&value, &name, version).expect("sealed");
        prop_assert!(parts.iter().all(|part| part.len() < 4_060));
        let opened = keyring().open_parts(&name, |index| parts.get(index).map(String::as_str));
        let count = parts.len();
        prop_assert_eq!(opened, Some(OpenedParts { plaintext: value, version, count }));
    }

    #[test]
    fn any_text_is_refused(parts in proptest::collection::vec("[0-9.A-Za-z]{0,40}", 0..4)) {
        prop_assert_eq!(open("ada", &parts), None);
    }
}
