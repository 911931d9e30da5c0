//! ID tokens: as the provider signs them, and as somebody else would.

use std::sync::LazyLock;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};

/// Two keys. The provider publishes the first, unless a test rolls it over.
pub static KEY: LazyLock<EncodingKey> = LazyLock::new(new_key);
pub static OTHER_KEY: LazyLock<EncodingKey> = LazyLock::new(new_key);

fn new_key() -> EncodingKey {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
    let der: Pkcs8V1Der<'_> = pair.as_der().expect("its encoding");
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        BASE64_STANDARD.encode(der.as_ref())
    );
    EncodingKey::from_rsa_pem(pem.as_bytes()).expect("a readable key")
}

/// The public half, as the provider publishes it (RFC 7517).
pub fn published(key: &EncodingKey, id: &str) -> Value {
    let jwk = Jwk::from_encoding_key(key, Algorithm::RS256).expect("a public key");
    let mut jwk = serde_json::to_value(jwk).expect("json");
    jwk["kid"] = json!(id);
    jwk
}

/// Signs as the provider does.
pub fn sign(claims: &Value, key: &EncodingKey, id: Option<&str>) -> String {
    sign_as(claims, key, id, Some("JWT"))
}

/// The same, as a token of this kind (`typ`).
pub fn sign_as(claims: &Value, key: &EncodingKey, id: Option<&str>, kind: Option<&str>) -> String {
    sign_with_header(claims, key, id, |header| {
        header.typ = kind.map(str::to_owned);
    })
}

/// The same, with another header.
pub fn sign_with_header(
    claims: &Value,
    key: &EncodingKey,
    id: Option<&str>,
    change: impl FnOnce(&mut Header),
) -> String {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = id.map(str::to_owned);
    change(&mut header);
    encode(&header, claims, key).expect("a token")
}

/// The algorithm confusion: the public key, which everybody knows, taken as the secret of HS256.
pub fn sign_with_public_key_as_secret(claims: &Value, id: &str, kind: &str) -> String {
    let modulus = published(&KEY, id)["n"]
        .as_str()
        .and_then(|n| BASE64_URL_SAFE_NO_PAD.decode(n).ok());
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(id.to_owned());
    header.typ = Some(kind.to_owned());
    let key = EncodingKey::from_secret(&modulus.expect("a modulus")).expect("a key");
    encode(&header, claims, &key).expect("a token")
}

/// `alg: none` (RFC 8725 section 3.1).
pub fn unsigned(claims: &Value, id: &str, kind: &str) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.",
        part(&json!({ "alg": "none", "kid": id, "typ": kind })),
        part(claims)
    )
}
