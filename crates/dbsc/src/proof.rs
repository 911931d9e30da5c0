//! Proofs: tokens (JWS) with which a browser shows that it has the key.

use std::time::SystemTime;

use jsonwebtoken::{Header, Validation, decode, decode_header, errors::ErrorKind};
use serde::Deserialize;

use crate::{Fault, Outcome, PublicKey, Stamps, fields};

/// The type of the token.
const TYPE: &str = "dbsc+jwt";
/// Maximum of characters of a proof. One with an RSA key of 4,096 bits has about 1,800.
const MAX_PROOF: usize = 4_096;

/// The claims of a proof. Browsers send no others, and others are ignored.
#[derive(Deserialize)]
struct Claims {
    /// The challenge.
    jti: String,
    authorization: Option<String>,
}

/// Verifies a registration, and returns the key to store with the session.
///
/// `proof` is the value of [`crate::headers::RESPONSE`]. `session` returns the name of the session
/// for which the challenge was made, from the claim `authorization` or the request's cookies.
pub fn verify_registration(
    proof: Option<&[u8]>,
    session: impl FnOnce(Option<&str>) -> Option<String>,
    challenges: &Stamps,
    now: SystemTime,
) -> Outcome<PublicKey> {
    let verified = proof.ok_or(Fault::Missing).and_then(|proof| {
        let token = token(proof)?;
        let mut header = header(&token)?;
        let key = header.jwk.take().and_then(PublicKey::from_jwk);
        let key = key.ok_or(Fault::Key)?;
        let claims = claims(&token, &header, &key)?;
        let session = session(claims.authorization.as_deref()).ok_or(Fault::Session)?;
        let answered = challenges.verify(&claims.jti, &session, now);
        answered.map(|_| key).ok_or(Fault::Challenge)
    });
    verified.map_or_else(Outcome::Refuse, Outcome::Bound)
}

/// A request of the browser to refresh the bound cookie.
#[derive(Clone, Copy, Debug)]
pub struct RefreshRequest<'a> {
    /// The value of [`crate::headers::SESSION_ID`].
    pub session_id: Option<&'a [u8]>,
    /// The value of [`crate::headers::RESPONSE`].
    pub proof: Option<&'a [u8]>,
}

impl RefreshRequest<'_> {
    /// Verifies the proof with the key that was registered, never with one from the request.
    ///
    /// `session`: the session identifier and key of the request's session; `None` if it has ended
    /// or is not bound. It is also the name for which the challenge was made.
    pub fn verify(
        &self,
        session: Option<(&str, &PublicKey)>,
        challenges: &Stamps,
        now: SystemTime,
    ) -> Outcome {
        let named = self.session_id.and_then(fields::string);
        let Some(named) = named else {
            // Not from a browser's refresh.
            return Outcome::Refuse(Fault::Session);
        };
        let Some((identifier, key)) = session.filter(|(identifier, _)| *identifier == named) else {
            return Outcome::End;
        };
        let Some(proof) = self.proof else {
            return Outcome::ChallengeAgain;
        };
        let verified = token(proof).and_then(|token| claims(&token, &header(&token)?, key));
        match verified {
            Err(fault) => Outcome::Refuse(fault),
            Ok(claims) if challenges.verify(&claims.jti, identifier, now).is_some() => {
                Outcome::Bound(())
            }
            Ok(_) => Outcome::ChallengeAgain,
        }
    }
}

fn token(proof: &[u8]) -> Result<String, Fault> {
    let token = fields::string(proof).ok_or(Fault::Malformed)?;
    (token.len() <= MAX_PROOF)
        .then_some(token)
        .ok_or(Fault::Malformed)
}

/// Reads the header of a proof. It names neither another type nor the algorithm `none`, nor
/// extensions, of which none is understood (RFC 7515 section 4.1.11).
fn header(token: &str) -> Result<Header, Fault> {
    let header = decode_header(token).map_err(|_| Fault::Malformed)?;
    let is_proof = header.typ.as_deref() == Some(TYPE) && header.crit.is_none();
    is_proof.then_some(header).ok_or(Fault::Malformed)
}

/// Verifies the signature, and returns the claims.
fn claims(token: &str, header: &Header, key: &PublicKey) -> Result<Claims, Fault> {
    if header.alg != key.algorithm() {
        return Err(Fault::Algorithm);
    }
    let decoding_key = key.decoding_key().ok_or(Fault::Key)?;
    let mut validation = Validation::new(key.algorithm());
    // Browsers send neither, and the challenge says when and for whom the proof was made.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let decoded = decode::<Claims>(token, &decoding_key, &validation);
    decoded
        .map(|token| token.claims)
        .map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => Fault::Signature,
            _ => Fault::Malformed,
        })
}
