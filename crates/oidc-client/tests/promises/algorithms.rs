//! Signatures of ID tokens: nine algorithms, and of these only what the provider and its key are
//! for.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair as _,
    },
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use oidc_client::Token;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::publisher::{Publisher, changed};

fn pem(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}

/// A key, and its public half as the provider publishes it.
pub(super) fn key_for(algorithm: Algorithm) -> (EncodingKey, Value) {
    let random = SystemRandom::new();
    let key = match algorithm {
        Algorithm::EdDSA => {
            let der = Ed25519KeyPair::generate_pkcs8(&random).expect("a key");
            let pair = Ed25519KeyPair::from_pkcs8(der.as_ref()).expect("the key");
            let key = EncodingKey::from_ed_pem(pem(der.as_ref()).as_bytes());
            let x = BASE64_URL_SAFE_NO_PAD.encode(pair.public_key());
            let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
            return (key.expect("a readable key"), jwk);
        }
        Algorithm::ES256 => {
            let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
            EncodingKey::from_ec_pem(pem(der.expect("a key").as_ref()).as_bytes())
        }
        Algorithm::ES384 => {
            let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random);
            EncodingKey::from_ec_pem(pem(der.expect("a key").as_ref()).as_bytes())
        }
        _ => {
            let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
            let der: Pkcs8V1Der<'_> = pair.as_der().expect("its encoding");
            EncodingKey::from_rsa_pem(pem(der.as_ref()).as_bytes())
        }
    };
    let key = key.expect("a readable key");
    let jwk = Jwk::from_encoding_key(&key, algorithm).expect("a public key");
    (key, serde_json::to_value(jwk).expect("json"))
}

/// Returns `true` if a token with this signature verifies after these changes of key and metadata.
async fn is_accepted(
    ((key, jwk), algorithm): (&(EncodingKey, Value), Algorithm),
    key_id: Option<&str>,
    key_changes: &Value,
    metadata_changes: &Value,
) -> bool {
    let publisher = Publisher::start().await;
    publisher.publishes(metadata_changes).await;
    let jwk = changed(jwk.clone(), &json!({ "kid": "k", "alg": null }));
    let (_, other) = key_for(Algorithm::ES256);
    let other = changed(other, &json!({ "kid": "other", "use": "enc" }));
    let keys = json!({ "keys": [other, changed(jwk, key_changes)] });
    let keys = ResponseTemplate::new(200).set_body_json(keys);
    publisher.answers("GET", "/tenant/keys", keys).await;

    let mut header = Header::new(algorithm);
    header.kid = key_id.map(str::to_owned);
    let now = publisher.clock.now().as_second();
    let claims = json!({
        "iss": publisher.issuer(), "aud": "client:1", "sub": "ada", "iat": now, "exp": now + 60,
        "nonce": "n",
    });
    let token = Token::new(encode(&header, &claims, key).expect("a token"));
    let client = publisher.client(None);
    client.verify_id_token(Some(&token), "n").await.is_ok()
}

#[tokio::test]
async fn nine_algorithms_are_accepted_with_a_key_id_and_without() {
    let all = [
        Algorithm::RS256,
        Algorithm::RS384,
        Algorithm::RS512,
        Algorithm::PS256,
        Algorithm::PS384,
        Algorithm::PS512,
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::EdDSA,
    ];
    for algorithm in all {
        let key = key_for(algorithm);
        let used = json!({ "id_token_signing_alg_values_supported": [format!("{algorithm:?}")] });
        for key_id in [Some("k"), None] {
            let accepted = is_accepted((&key, algorithm), key_id, &json!({}), &used).await;
            assert!(accepted, "{algorithm:?} {key_id:?}");
        }
        let signed = (&key, algorithm);
        let unused = json!({ "id_token_signing_alg_values_supported": ["none", "HS256"] });
        let accepted = is_accepted(signed, Some("k"), &json!({}), &unused).await;
        assert!(!accepted, "{algorithm:?}: the provider does not use it");
    }
}

#[tokio::test]
async fn a_key_signs_with_its_own_algorithm_only() {
    let key = key_for(Algorithm::RS256);
    for (algorithm, own, accepted) in [
        (Algorithm::RS256, json!({ "alg": "RS256" }), true),
        (Algorithm::PS256, json!({ "alg": "PS256" }), true),
        (Algorithm::PS256, json!({ "alg": "RS256" }), false),
        (Algorithm::RS256, json!({ "alg": "RSA-OAEP" }), false),
        (Algorithm::RS256, json!({ "use": "sig" }), true),
        (Algorithm::RS256, json!({ "use": "enc" }), false),
        (Algorithm::RS256, json!({ "key_ops": ["verify"] }), true),
        (
            Algorithm::RS256,
            json!({ "key_ops": ["sign", "verify"] }),
            true,
        ),
        (Algorithm::RS256, json!({ "key_ops": ["encrypt"] }), false),
        (Algorithm::RS256, json!({ "key_ops": [] }), false),
        (
            Algorithm::RS256,
            json!({ "use": "sig", "key_ops": ["wrapKey"] }),
            false,
        ),
        (Algorithm::RS512, json!({}), true),
        (Algorithm::RS384, json!({}), false),
    ] {
        let everything =
            json!({ "id_token_signing_alg_values_supported": ["RS256", "PS256", "RS512"] });
        let signed = (&key, algorithm);
        let outcome = is_accepted(signed, Some("k"), &own, &everything).await;
        assert_eq!(outcome, accepted, "{algorithm:?} {own}");
    }
}

#[tokio::test]
async fn a_symmetric_signature_is_refused_even_where_the_provider_offers_it() {
    let key = EncodingKey::from_secret(b"s%cret+").expect("a key");
    let publisher = Publisher::start().await;
    let now = publisher.clock.now().as_second();
    let claims = json!({
        "iss": publisher.issuer(), "aud": "client:1", "sub": "ada", "iat": now, "exp": now + 60,
        "nonce": "n",
    });
    let token = encode(&Header::new(Algorithm::HS256), &claims, &key).expect("a token");
    let client = publisher.client(None);
    let verified = client.verify_id_token(Some(&Token::new(token)), "n").await;
    assert!(verified.is_err());
    assert!(
        publisher.calls("/tenant/keys").await.is_empty(),
        "and costs nothing"
    );
}
