//! What ID tokens and logout tokens have in common: a signature of the provider, for this client.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Validation, decode, decode_header};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use super::{Client, IdTokenError};

/// Clocks may differ by this much.
pub const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// A time in a token: seconds since 1970, perhaps with a fraction (RFC 7519 section 2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NumericDate(pub Timestamp);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        let time = SignedDuration::try_from_secs_f64(seconds).and_then(Timestamp::from_duration);
        time.map(Self).map_err(serde::de::Error::custom)
    }
}

#[derive(Deserialize)]
struct Signed<T> {
    #[serde(rename = "nbf")]
    not_before: Option<NumericDate>,
    #[serde(flatten)]
    claims: T,
}

impl Client {
    /// Checks signature, algorithm, `crit`, `iss`, `aud` and `nbf`; gives the claims, for the
    /// checks that differ.
    pub(super) async fn verify_signed<T: DeserializeOwned>(
        &self,
        token: &str,
    ) -> Result<T, IdTokenError> {
        let header = decode_header(token)?;
        // Before any key is looked for: what cannot be accepted costs nothing.
        holds(self.accepts(header.alg).await?, "alg")?;
        // It names extensions that must be understood (RFC 7515 section 4.1.11), and there is none
        // that we do.
        holds(header.crit.is_none(), "crit")?;
        let key = self.key(&header).await?;
        let key = key.ok_or(IdTokenError::UnknownKey)?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[self.issuer()]);
        validation.set_audience(&[self.client_id()]);
        validation.set_required_spec_claims(&["iss", "aud"]);
        validation.validate_exp = false; // checked afterwards, with our clock
        let Signed { not_before, claims } = decode(token, &key, &validation)?.claims;
        let begun = not_before.is_none_or(|time| time.0 <= self.clock.now() + SKEW);
        holds(begun, "nbf")?;
        Ok(claims)
    }
}

pub(super) fn holds(condition: bool, claim: &'static str) -> Result<(), IdTokenError> {
    if condition {
        Ok(())
    } else {
        Err(IdTokenError::Claim(claim))
    }
}
