//! The side of the browser: a key, and the proofs that it signs.

use std::time::{Duration, SystemTime};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use dbsc::{Outcome, PublicKey, RefreshRequest, Stamps, verify_registration};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};

pub const SESSION: &str = "rLk7sQ";

/// A time, so that tests need no clock.
pub fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

pub fn challenges() -> Stamps {
    Stamps::new([[1; 64]], Duration::from_secs(60))
}

/// A key of a device, and its algorithm.
pub struct Device {
    pub algorithm: Algorithm,
    pub key: EncodingKey,
}

impl Device {
    pub fn new(algorithm: Algorithm) -> Self {
        let random = SystemRandom::new();
        let key = match algorithm {
            Algorithm::RS256 => return Self::rsa(KeySize::Rsa2048),
            Algorithm::ES384 => {
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random)
            }
            _ => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random),
        };
        let key = EncodingKey::from_ec_der(key.expect("a key").as_ref());
        Self { algorithm, key }
    }

    pub fn rsa(size: KeySize) -> Self {
        let pair = KeyPair::generate(size).expect("a key");
        let der: Pkcs8V1Der<'_> = pair.as_der().expect("its encoding");
        let text = BASE64_STANDARD.encode(der.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
        Self {
            algorithm: Algorithm::RS256,
            key: EncodingKey::from_rsa_pem(pem.as_bytes()).expect("a readable key"),
        }
    }

    pub fn jwk(&self) -> Jwk {
        Jwk::from_encoding_key(&self.key, self.algorithm).expect("a public key")
    }

    /// The header of a proof, with the key if it is for a registration.
    pub fn header(&self, jwk: Option<Jwk>) -> Header {
        let mut header = Header::new(self.algorithm);
        header.typ = Some("dbsc+jwt".to_owned());
        header.jwk = jwk;
        header
    }

    /// The header field with a proof of these parts.
    pub fn field(&self, header: &Header, claims: &Value) -> Vec<u8> {
        let token = encode(header, claims, &self.key).expect("a proof");
        format!("\"{token}\"").into_bytes()
    }

    pub fn registration(&self, challenge: &str) -> Vec<u8> {
        self.field(&self.header(Some(self.jwk())), &json!({ "jti": challenge }))
    }

    pub fn proof(&self, challenge: &str) -> Vec<u8> {
        self.field(&self.header(None), &json!({ "jti": challenge }))
    }

    /// The key, as the server gets it from a registration.
    pub fn registered(&self) -> PublicKey {
        let proof = self.registration(&challenges().make(SESSION, now()));
        match register(&proof) {
            Outcome::Bound(key) => key,
            other => unreachable!("{other:?}"),
        }
    }
}

pub fn register(proof: &[u8]) -> Outcome<PublicKey> {
    verify_registration(
        Some(proof),
        |_| Some(SESSION.to_owned()),
        &challenges(),
        now(),
    )
}

/// The outcome of a refresh that names [`SESSION`], bound to this key.
pub fn refresh(proof: Option<&[u8]>, key: &PublicKey) -> Outcome {
    let request = RefreshRequest {
        session_id: Some(br#""rLk7sQ""#),
        proof,
    };
    request.verify(Some((SESSION, key)), &challenges(), now())
}
