//! Stamps: challenges, and the values of bound cookies.

use std::time::{Duration, SystemTime};

use dbsc::Stamps;
use proptest::prelude::*;

use crate::device::{SESSION, now};

const LIFETIME: Duration = Duration::from_secs(60);

#[test]
fn a_stamp_is_valid_for_its_session_and_time_only() {
    let (one, other_node) = (
        Stamps::new([[1; 64]], LIFETIME),
        Stamps::new([[1; 64]], LIFETIME),
    );
    let stamp = one.make(SESSION, now());
    assert_eq!(stamp.len(), 32);
    assert_eq!(
        other_node.verify(&stamp, SESSION, now()),
        Some(now() + LIFETIME)
    );
    let last = now() + LIFETIME - Duration::from_millis(1);
    assert!(other_node.verify(&stamp, SESSION, last).is_some());
    assert_eq!(other_node.verify(&stamp, SESSION, now() + LIFETIME), None);
    for session in ["", "rLk7s", "rLk7sQQ", "another"] {
        assert_eq!(other_node.verify(&stamp, session, now()), None, "{session}");
    }
}

#[test]
fn the_first_key_makes_stamps_and_every_one_verifies_them() {
    let old = Stamps::new([[1; 64]], LIFETIME);
    let rotated = Stamps::new([[2; 64], [1; 64]], LIFETIME);
    let retired = Stamps::new([[2; 64]], LIFETIME);
    let is_valid = |by: &Stamps, stamp: &str| by.verify(stamp, SESSION, now()).is_some();
    let (of_old, of_new) = (old.make(SESSION, now()), rotated.make(SESSION, now()));
    assert!(is_valid(&rotated, &of_old) && is_valid(&rotated, &of_new));
    assert!(is_valid(&retired, &of_new) && !is_valid(&retired, &of_old));
    assert!(!is_valid(&old, &of_new));
}

#[test]
fn without_a_key_no_stamp_is_valid() {
    let none = Stamps::new([], LIFETIME);
    let stamp = none.make(SESSION, now());
    assert_eq!(none.verify(&stamp, SESSION, now()), None);
    assert_eq!(format!("{none:?}"), "Stamps(0 keys, 60s)");
}

#[test]
fn a_stamp_with_any_character_changed_added_or_lost_is_not_valid() {
    let stamps = Stamps::new([[1; 64]], LIFETIME);
    let stamp = stamps.make(SESSION, now());
    for place in 0..stamp.len() {
        for letter in ["A", "B", "-", "=", "é", ""] {
            let (before, after) = (&stamp[..place], &stamp[place + 1..]);
            let changed = format!("{before}{letter}{after}");
            let is_valid = stamps.verify(&changed, SESSION, now()).is_some();
            assert_eq!(is_valid, changed == stamp, "{changed}");
        }
        assert_eq!(stamps.verify(&stamp[..place], SESSION, now()), None);
    }
    assert_eq!(stamps.verify(&format!("{stamp}A"), SESSION, now()), None);
}

proptest! {
    #[test]
    fn a_stamp_is_valid_from_now_until_its_end(
        seed: u8, session: String, at in 0u64..4_000_000_000_000, lifetime in 1u64..100_000,
        later in 0u64..200_000,
    ) {
        let stamps = Stamps::new([[seed; 64]], Duration::from_millis(lifetime));
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(at);
        let stamp = stamps.make(&session, now);
        let found = stamps.verify(&stamp, &session, now + Duration::from_millis(later));
        prop_assert_eq!(found.is_some(), later < lifetime);
    }

    #[test]
    fn a_text_of_others_is_no_stamp(text in ".*", session: String, at in 0u64..u64::MAX) {
        let stamps = Stamps::new([[1; 64]], LIFETIME);
        let Some(now) = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(at)) else {
            return Ok(());
        };
        prop_assert_eq!(stamps.verify(&text, &session, now), None);
    }
}
