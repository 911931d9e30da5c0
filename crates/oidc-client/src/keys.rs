//! The provider's signing keys (RFC 7517).

use jsonwebtoken::{
    Algorithm, DecodingKey, Header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyOperations, PublicKeyUse},
};

/// Accepted algorithms of ID and logout tokens: asymmetric signatures, which only the provider can
/// make. Never `none` or a symmetric one, whose key every client knows (ASVS 9.1.2, RFC 8725
/// section 3.1).
pub(crate) const ALGORITHMS: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];
/// Maximum of keys that are tried for one token.
const MAX_KEYS: usize = 8;

/// Returns the name of an accepted algorithm, or `None` for any other.
pub(crate) fn accepted_name(algorithm: Algorithm) -> Option<&'static str> {
    let accepted = ALGORITHMS.iter().find(|(_, known)| *known == algorithm);
    accepted.map(|(name, _)| *name)
}

/// Returns the keys that may verify a token with this header; `None` if it names a key that is not
/// published.
pub(crate) fn matching(keys: &JwkSet, header: &Header) -> Option<Vec<DecodingKey>> {
    let is_named = |key: &&Jwk| header.kid.is_none() || key.common.key_id == header.kid;
    let named: Vec<_> = keys.keys.iter().filter(is_named).collect();
    if header.kid.is_some() && named.is_empty() {
        return None;
    }
    // Without an id: all keys for the algorithm (Core section 10.1).
    let fitting = named.into_iter().filter(|key| fits(key, header.alg));
    let fitting = fitting.filter_map(|key| DecodingKey::from_jwk(key).ok());
    Some(fitting.take(MAX_KEYS).collect())
}

/// Returns `true` if a key is for signatures with this algorithm.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let common = &key.common;
    let purpose = common.public_key_use.as_ref();
    let operations = common.key_operations.as_ref();
    let signs = purpose.is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
        && operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    let key_algorithm = common.key_algorithm.map(|own| own.to_string());
    let agrees = key_algorithm.is_none_or(|own| own == format!("{algorithm:?}"));
    let kind = match (&key.algorithm, algorithm) {
        (
            AlgorithmParameters::RSA(_),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512,
        ) => true,
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => {
            curve.curve == EllipticCurve::P256
        }
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES384) => {
            curve.curve == EllipticCurve::P384
        }
        (AlgorithmParameters::OctetKeyPair(curve), Algorithm::EdDSA) => {
            curve.curve == EllipticCurve::Ed25519
        }
        _ => false,
    };
    signs && agrees && kind
}
