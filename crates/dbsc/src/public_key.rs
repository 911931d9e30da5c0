//! Public keys of devices.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk},
};
use serde::{Deserialize, Serialize};

/// Bytes of a coordinate of P-256.
const COORDINATE: usize = 32;
/// Bytes of an RSA modulus: 2,048 to 4,096 bits.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=512;
/// Maximum of bytes of an RSA exponent. Devices use 65,537.
const EXPONENT: usize = 4;

/// The public key of a device, as it was registered. Store it with the session; it is no secret.
/// As JSON it has 112 bytes for ES256, and up to 720 for RS256.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PublicKey(Members);

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kty")]
enum Members {
    #[serde(rename = "EC")]
    P256 { x: String, y: String },
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
}

impl PublicKey {
    /// Returns the key in the header of a proof; `None` if it is not allowed. The signature shows
    /// whether a point is on the curve.
    pub(crate) fn from_jwk(jwk: Jwk) -> Option<Self> {
        match jwk.algorithm {
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
                let is_coordinate = |text| length(text) == Some(COORDINATE);
                let (x, y) = (key.x, key.y);
                let is_allowed = is_coordinate(&x) && is_coordinate(&y);
                is_allowed.then_some(Self(Members::P256 { x, y }))
            }
            AlgorithmParameters::RSA(key) => {
                let (n, e) = (key.n, key.e);
                let is_modulus = length(&n).is_some_and(|bytes| MODULUS.contains(&bytes));
                let is_exponent = length(&e).is_some_and(|bytes| bytes <= EXPONENT);
                (is_modulus && is_exponent).then_some(Self(Members::Rsa { n, e }))
            }
            _ => None,
        }
    }

    /// The only algorithm of this key.
    pub(crate) fn algorithm(&self) -> Algorithm {
        match self.0 {
            Members::P256 { .. } => Algorithm::ES256,
            Members::Rsa { .. } => Algorithm::RS256,
        }
    }

    /// The key for the check of a signature, which fails for fewer than 2,048 bits.
    pub(crate) fn decoding_key(&self) -> Option<DecodingKey> {
        let key = match &self.0 {
            Members::P256 { x, y } => DecodingKey::from_ec_components(x, y),
            Members::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
        };
        key.ok()
    }
}

/// Bytes of a text in base64url.
fn length(text: &String) -> Option<usize> {
    Some(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.len())
}
