//! A browser and a server, without a network: `cargo run --example both_sides`.

use std::time::{Duration, SystemTime};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use dbsc::{Outcome, RefreshRequest, Stamps, verify_registration};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};

const SESSION: &str = "rLk7sQ";

/// The browser: signs a challenge, and sends the public key with the first proof only.
fn sign(key: &EncodingKey, challenge: &str, is_first: bool) -> anyhow::Result<String> {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("dbsc+jwt".to_owned());
    if is_first {
        header.jwk = Some(Jwk::from_encoding_key(key, Algorithm::ES256)?);
    }
    let claims = serde_json::json!({ "jti": challenge });
    Ok(format!("\"{}\"", encode(&header, &claims, key)?))
}

fn main() -> anyhow::Result<()> {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pair = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new())?;
    let private_key = EncodingKey::from_ec_der(pair.as_ref());
    // Real keys come from a secret, another one for each use.
    let challenges = Stamps::new([[1; 64]], Duration::from_secs(60));
    let cookies = Stamps::new([[2; 64]], Duration::from_secs(600));
    let now = SystemTime::now();

    let challenge = challenges.make(SESSION, now);
    let offer = dbsc::registration("/device/register", &challenge, None);
    println!("sign-in: {}", offer.unwrap_or_default());

    let proof = sign(&private_key, &challenge, true)?;
    let session = |_: Option<&str>| Some(SESSION.to_owned());
    let outcome = verify_registration(Some(proof.as_bytes()), session, &challenges, now);
    let Outcome::Bound(public_key) = outcome else {
        anyhow::bail!("the registration was refused: {outcome:?}");
    };
    println!("bound, with a cookie: {}", cookies.make(SESSION, now));

    // Ten minutes later the cookie has expired. A thief of all cookies has nothing.
    let now = now + Duration::from_secs(600);
    let proof = sign(&private_key, &challenges.make(SESSION, now), false)?;
    let request = RefreshRequest {
        session_id: Some(br#""rLk7sQ""#),
        proof: Some(proof.as_bytes()),
    };
    let outcome = request.verify(Some((SESSION, &public_key)), &challenges, now);
    println!("refreshed: {outcome:?} {}", cookies.make(SESSION, now));
    Ok(())
}
