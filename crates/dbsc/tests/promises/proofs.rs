//! Registrations: which proofs and keys are accepted.

use aws_lc_rs::rsa::KeySize;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use dbsc::{Fault, Outcome, verify_registration};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::AlgorithmParameters};
use serde_json::{Value, json};

use crate::device::{Device, SESSION, challenges, now, refresh, register};

fn encoded(json: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json.to_string())
}

fn challenge() -> String {
    challenges().make(SESSION, now())
}

#[test]
fn a_refresh_needs_the_key_that_was_registered() {
    for algorithm in [Algorithm::ES256, Algorithm::RS256] {
        let device = Device::new(algorithm);
        let key = device.registered();
        let stored = serde_json::to_string(&key).expect("json");
        assert!(stored.len() < 720, "{stored}");
        let key = serde_json::from_str(&stored).expect("the key");
        let proof = device.proof(&challenge());
        assert_eq!(refresh(Some(&proof), &key), Outcome::Bound(()));

        let thief = Device::new(algorithm);
        // Also with its own key in the proof, as in a registration.
        for proof in [thief.proof(&challenge()), thief.registration(&challenge())] {
            let refused = refresh(Some(&proof), &key);
            assert_eq!(refused, Outcome::Refuse(Fault::Signature), "{algorithm:?}");
        }
    }
    let [one, other] = [Algorithm::ES256, Algorithm::RS256].map(Device::new);
    let refused = refresh(Some(&other.proof(&challenge())), &one.registered());
    assert_eq!(refused, Outcome::Refuse(Fault::Algorithm));
}

#[test]
fn a_proof_needs_no_claim_besides_the_challenge() {
    let device = Device::new(Algorithm::ES256);
    let header = device.header(Some(device.jwk()));
    let seen = |claims: &Value| {
        let mut seen = None;
        let session = |authorization: Option<&str>| {
            seen = Some(authorization.map(str::to_owned));
            Some(SESSION.to_owned())
        };
        let proof = device.field(&header, claims);
        let outcome = verify_registration(Some(&proof), session, &challenges(), now());
        (matches!(outcome, Outcome::Bound(_)), seen.flatten())
    };
    let jti = challenge();
    assert_eq!(seen(&json!({ "jti": jti })), (true, None));
    let sealed = json!({ "jti": jti, "authorization": "a sealed name" });
    assert_eq!(seen(&sealed), (true, Some("a sealed name".to_owned())));
    // Claims of other versions of the draft, as browsers sent them, are ignored.
    let more = json!({
        "jti": jti, "iat": "1725579055", "exp": 1, "nbf": 9_999_999_999u64, "sub": 7,
        "aud": "https://example.com/reg", "key": {},
    });
    assert_eq!(seen(&more), (true, None));
    for wrong in [json!({}), json!({ "jti": 7 }), json!({ "jti": "" })] {
        assert!(!seen(&wrong).0, "{wrong}");
    }
}

#[test]
fn weak_keys_and_other_algorithms_are_refused() {
    let device = Device::new(Algorithm::ES256);
    let claims = json!({ "jti": challenge() });
    let refused = |field: &[u8]| matches!(register(field), Outcome::Refuse(_));

    for algorithm in ["none", "NONE", "None", ""] {
        for signature in ["", "AAAA"] {
            for jwk in [json!(null), json!(device.jwk())] {
                let header = json!({ "typ": "dbsc+jwt", "alg": algorithm, "jwk": jwk });
                let token = format!("\"{}.{}.{signature}\"", encoded(&header), encoded(&claims));
                assert!(refused(token.as_bytes()), "{token}");
            }
        }
    }
    let secret = EncodingKey::from_secret(b"symmetric").expect("a key");
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("dbsc+jwt".to_owned());
    header.jwk = Some(device.jwk());
    let token = encode(&header, &claims, &secret).expect("a token");
    assert_eq!(
        register(format!("\"{token}\"").as_bytes()),
        Outcome::Refuse(Fault::Algorithm)
    );
    let other = Device::new(Algorithm::ES384).registration(&challenge());
    assert_eq!(register(&other), Outcome::Refuse(Fault::Key));
    let large = Device::rsa(KeySize::Rsa3072).registration(&challenge());
    assert!(matches!(register(&large), Outcome::Bound(_)));
}

#[test]
fn a_key_that_is_no_key_is_refused() {
    let device = Device::new(Algorithm::ES256);
    let claims = json!({ "jti": challenge() });
    let with = |change: &dyn Fn(&mut AlgorithmParameters)| {
        let mut jwk = device.jwk();
        change(&mut jwk.algorithm);
        register(&device.field(&device.header(Some(jwk)), &claims))
    };
    let not_on_the_curve = BASE64_URL_SAFE_NO_PAD.encode([1; 32]);
    for coordinate in ["", "AA", &not_on_the_curve, &"A".repeat(44), "?"] {
        let outcome = with(&|parameters| {
            if let AlgorithmParameters::EllipticCurve(key) = parameters {
                coordinate.clone_into(&mut key.y);
            }
        });
        assert!(matches!(outcome, Outcome::Refuse(_)), "{coordinate}");
    }
    let none = register(&device.field(&device.header(None), &claims));
    assert_eq!(none, Outcome::Refuse(Fault::Key));

    // RSA: fewer than 2,048 bits, in 256 bytes too, more than 4,096, and exponents that are none.
    let short = BASE64_URL_SAFE_NO_PAD.encode([0xff; 128]);
    let padded = BASE64_URL_SAFE_NO_PAD.encode([[0; 128], [0xff; 128]].concat());
    let long = "A".repeat(342);
    let too_long = BASE64_URL_SAFE_NO_PAD.encode([0xff; 513]);
    for (n, e) in [
        (&short, "AQAB"),
        (&padded, "AQAB"),
        (&too_long, "AQAB"),
        (&long, "AA"),
        (&long, "AAAAAAAB"),
    ] {
        let jwk = json!({ "kty": "RSA", "n": n, "e": e });
        let header = json!({ "typ": "dbsc+jwt", "alg": "RS256", "jwk": jwk });
        let token = format!("\"{}.{}.AAAA\"", encoded(&header), encoded(&claims));
        let outcome = register(token.as_bytes());
        assert!(matches!(outcome, Outcome::Refuse(_)), "{n} {e}");
    }
}

#[test]
fn a_proof_of_another_type_is_refused() {
    let device = Device::new(Algorithm::ES256);
    let claims = json!({ "jti": challenge() });
    for typ in [None, Some("JWT"), Some("jwt"), Some("dbsc"), Some("at+jwt")] {
        let mut header = device.header(Some(device.jwk()));
        header.typ = typ.map(str::to_owned);
        let outcome = register(&device.field(&header, &claims));
        assert_eq!(outcome, Outcome::Refuse(Fault::Malformed), "{typ:?}");
    }
    let mut header = device.header(Some(device.jwk()));
    header.crit = Some(vec!["b64".to_owned()]);
    let outcome = register(&device.field(&header, &claims));
    assert_eq!(outcome, Outcome::Refuse(Fault::Malformed));
}

#[test]
fn a_registration_counts_for_the_session_of_its_challenge_only() {
    let device = Device::new(Algorithm::ES256);
    let proof = device.registration(&challenge());
    let by = |session: Option<&str>, now| {
        let session = session.map(str::to_owned);
        verify_registration(Some(&proof), |_| session, &challenges(), now)
    };
    assert!(matches!(by(Some(SESSION), now()), Outcome::Bound(_)));
    assert_eq!(
        by(Some("another"), now()),
        Outcome::Refuse(Fault::Challenge)
    );
    assert_eq!(by(None, now()), Outcome::Refuse(Fault::Session));
    let later = now() + std::time::Duration::from_secs(60);
    assert_eq!(by(Some(SESSION), later), Outcome::Refuse(Fault::Challenge));
    let missing = verify_registration(None, |_| None, &challenges(), now());
    assert_eq!(missing, Outcome::Refuse(Fault::Missing));
}
