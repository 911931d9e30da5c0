//! The keys that the provider signs with (RFC 7517).

use jsonwebtoken::{
    Algorithm, DecodingKey, Header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse},
};

use super::{Client, ProviderError};

/// Algorithms of ID and logout tokens that are accepted where the provider uses them: signatures
/// that only it can make. Above all not `none` or a symmetric one, whose key every client knows
/// (ASVS 9.1.2, RFC 8725 section 3.1).
const ALGORITHMS: [(&str, Algorithm); 4] = [
    ("RS256", Algorithm::RS256),
    ("PS256", Algorithm::PS256),
    ("ES256", Algorithm::ES256),
    ("EdDSA", Algorithm::EdDSA),
];

impl Client {
    /// Whether the provider signs with this algorithm, and we accept it.
    pub(super) async fn accepts(&self, algorithm: Algorithm) -> Result<bool, ProviderError> {
        let Some((name, _)) = ALGORITHMS.iter().find(|(_, known)| *known == algorithm) else {
            return Ok(false);
        };
        let provider = self.provider().await?;
        let used = &provider.id_token_signing_alg_values_supported;
        Ok(used.iter().any(|used| used == name))
    }

    /// The provider's key for a token with this header. An id that is not known makes us read the
    /// keys again.
    pub(super) async fn key(&self, header: &Header) -> Result<Option<DecodingKey>, ProviderError> {
        let address = &self.provider().await?.jwks_uri;
        if let Some(key) = choose(&*self.keys.get(address).await?, header) {
            return Ok(Some(key));
        }
        Ok(choose(&*self.keys.newer(address).await?, header))
    }
}

/// The key with the token's id; without an id, the only key that fits (Core section 10.1).
fn choose(keys: &JwkSet, header: &Header) -> Option<DecodingKey> {
    let named = |key: &&Jwk| header.kid.is_none() || key.common.key_id == header.kid;
    let mut fitting = keys.keys.iter().filter(named);
    let mut fitting = fitting.by_ref().filter(|key| fits(key, header.alg));
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => DecodingKey::from_jwk(key).ok(),
        _ => None,
    }
}

/// Whether a key is for signatures with this algorithm.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let common = &key.common;
    let signs = !matches!(&common.public_key_use, Some(used) if *used != PublicKeyUse::Signature);
    let its_own = common.key_algorithm.map(|own| own.to_string());
    let agrees = its_own.is_none_or(|own| own == format!("{algorithm:?}"));
    let kind = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), Algorithm::RS256 | Algorithm::PS256) => true,
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => {
            curve.curve == EllipticCurve::P256
        }
        (AlgorithmParameters::OctetKeyPair(curve), Algorithm::EdDSA) => {
            curve.curve == EllipticCurve::Ed25519
        }
        _ => false,
    };
    signs && agrees && kind
}
