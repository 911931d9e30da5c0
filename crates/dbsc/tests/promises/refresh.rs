//! Refreshes: what the server answers.

use std::time::Duration;

use dbsc::{Fault, Outcome, RefreshRequest};
use jsonwebtoken::Algorithm;

use crate::device::{Device, SESSION, challenges, now, refresh, register};

#[test]
fn an_old_challenge_with_a_good_signature_is_challenged_again() {
    let device = Device::new(Algorithm::ES256);
    let key = device.registered();
    let old = challenges().make(SESSION, now() - Duration::from_secs(61));
    for challenge in [old.as_str(), "", "another"] {
        let outcome = refresh(Some(&device.proof(challenge)), &key);
        assert_eq!(outcome, Outcome::ChallengeAgain);
        assert_eq!(outcome.status(), 403);
    }
    assert_eq!(refresh(None, &key), Outcome::ChallengeAgain);
}

#[test]
fn a_proof_for_another_session_is_never_accepted() {
    let device = Device::new(Algorithm::ES256);
    let key = device.registered();
    let proof = device.proof(&challenges().make("another", now()));
    assert_eq!(refresh(Some(&proof), &key), Outcome::ChallengeAgain);
    // The same device may have two sessions: each has its own name.
    let proof = device.proof(&challenges().make(SESSION, now()));
    let request = RefreshRequest {
        session_id: Some(br#""rLk7sQ""#),
        proof: Some(&proof),
    };
    let other = request.verify(Some(("another", &key)), &challenges(), now());
    assert_eq!(other, Outcome::End);
}

#[test]
fn fields_without_quotes_are_read_as_chromium_sends_them() {
    let device = Device::new(Algorithm::ES256);
    let key = device.registered();
    let challenge = challenges().make(SESSION, now());
    let (proof, registration) = (device.proof(&challenge), device.registration(&challenge));
    let bare = |field: &[u8]| field[1..field.len() - 1].to_vec();
    let request = RefreshRequest {
        session_id: Some(SESSION.as_bytes()),
        proof: Some(&bare(&proof)),
    };
    let outcome = request.verify(Some((SESSION, &key)), &challenges(), now());
    assert_eq!(outcome, Outcome::Bound(()));
    assert!(matches!(register(&bare(&registration)), Outcome::Bound(_)));
}

#[test]
fn a_session_that_has_ended_ends_in_the_browser_too() {
    let request = RefreshRequest {
        session_id: Some(br#""rLk7sQ""#),
        proof: None,
    };
    assert_eq!(request.verify(None, &challenges(), now()), Outcome::End);
    assert_eq!(Outcome::<()>::End.status(), 200);
    assert_eq!(dbsc::END, r#"{"continue":false}"#);
}

#[test]
fn a_request_that_is_no_refresh_of_a_browser_is_refused() {
    let device = Device::new(Algorithm::ES256);
    let key = device.registered();
    let proof = device.proof(&challenges().make(SESSION, now()));
    for session_id in [
        None,
        Some(&b""[..]),
        Some(b"\xff"),
        Some(b"\"rLk7sQ"),
        Some(b"(a)"),
    ] {
        let request = RefreshRequest {
            session_id,
            proof: Some(&proof),
        };
        let outcome = request.verify(Some((SESSION, &key)), &challenges(), now());
        assert_eq!(outcome, Outcome::Refuse(Fault::Session), "{session_id:?}");
    }
}
