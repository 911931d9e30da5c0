//! Changed proofs and random header fields.

use dbsc::{Outcome, RefreshRequest, Skipped, verify_registration};
use jsonwebtoken::Algorithm;
use proptest::prelude::*;

use crate::device::{Device, SESSION, challenges, now, refresh, register};

/// The field with one byte changed, added or lost, at every place.
fn mutations(field: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let places = 0..field.len();
    places.flat_map(|place| {
        let (before, after) = field.split_at(place);
        let letters = [b'A', b'b', b'"', b'.', b'\\', b' ', b'-', 0, 0xff];
        let changed = letters.map(|letter| [before, &[letter], &after[1..]].concat());
        let added = letters.map(|letter| [before, &[letter], after].concat());
        let lost = [[before, &after[1..]].concat(), before.to_vec()];
        changed.into_iter().chain(added).chain(lost)
    })
}

#[test]
fn a_proof_with_any_byte_changed_added_or_lost_is_not_accepted() {
    let device = Device::new(Algorithm::ES256);
    let key = device.registered();
    let challenge = challenges().make(SESSION, now());
    let (proof, registration) = (device.proof(&challenge), device.registration(&challenge));
    let text = |field: &[u8]| String::from_utf8_lossy(field).trim().to_owned();
    for mutated in mutations(&proof).filter(|one| text(one) != text(&proof)) {
        let outcome = refresh(Some(&mutated), &key);
        assert!(matches!(outcome, Outcome::Refuse(_)), "{}", text(&mutated));
    }
    for mutated in mutations(&registration).filter(|one| text(one) != text(&registration)) {
        assert!(
            matches!(register(&mutated), Outcome::Refuse(_)),
            "{}",
            text(&mutated)
        );
    }
}

#[test]
fn parts_of_two_proofs_make_no_third() {
    let device = Device::new(Algorithm::ES256);
    let key = device.registered();
    let other = challenges().make("another", now());
    let [one, two] = [challenges().make(SESSION, now()), other].map(|challenge| {
        let proof = String::from_utf8(device.proof(&challenge)).expect("text");
        let parts = proof.trim_matches('"').split('.').map(str::to_owned);
        parts.collect::<Vec<_>>()
    });
    let mixed = format!("\"{}.{}.{}\"", two[0], one[1], two[2]);
    assert!(matches!(
        refresh(Some(mixed.as_bytes()), &key),
        Outcome::Refuse(_)
    ));
}

proptest! {
    #[test]
    fn any_header_field_is_read_or_refused(field: Vec<u8>, text in "\\PC*") {
        for field in [&field[..], text.as_bytes(), format!("\"{text}\"").as_bytes()] {
            let session = |_: Option<&str>| Some(SESSION.to_owned());
            let outcome = verify_registration(Some(field), session, &challenges(), now());
            prop_assert!(matches!(outcome, Outcome::Refuse(_)));
            let request = RefreshRequest { session_id: Some(field), proof: Some(field) };
            let outcome = request.verify(None, &challenges(), now());
            prop_assert!(matches!(outcome, Outcome::Refuse(_) | Outcome::End));
            prop_assert_eq!(Skipped::parse(field, "a session that no field names"), None);
        }
    }
}
