//! Tokens that the provider signs for this client: ID tokens, logout tokens and signed userinfo.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{
    DecodingKey, Validation, dangerous::insecure_decode_claims, decode, decode_header, errors,
    errors::ErrorKind as JwtErrorKind,
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::{Error, ErrorKind, context::Context, keys};

/// The difference between clocks that every check allows.
pub(crate) const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(30);

/// The reason why a token is not accepted. The text names the check, never a value.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenFault {
    /// The provider sent none.
    #[error("the provider sent no ID token")]
    Missing,
    /// Not a JWT, or claims of another type. The parser's message is omitted: it quotes them.
    #[error("the token cannot be read")]
    Malformed,
    /// Not signed by the provider, or with the wrong algorithm, `iss` or `aud`.
    #[error("the token does not verify: {0}")]
    Invalid(errors::Error),
    /// Signed with a key that the provider does not publish.
    #[error("the token's key is unknown")]
    UnknownKey,
    /// One claim is wrong.
    #[error("the token's {0} is wrong")]
    Claim(&'static str),
    /// The provider's keys or metadata could not be read.
    #[error(transparent)]
    Unavailable(#[from] Error),
}

impl TokenFault {
    /// Returns `true` if another key may verify the token.
    fn is_key_mismatch(&self) -> bool {
        match self {
            Self::UnknownKey => true,
            Self::Invalid(error) => matches!(error.kind(), JwtErrorKind::InvalidSignature),
            _ => false,
        }
    }
}

impl From<errors::Error> for TokenFault {
    fn from(error: errors::Error) -> Self {
        if matches!(error.kind(), JwtErrorKind::Json(_)) {
            Self::Malformed
        } else {
            Self::Invalid(error)
        }
    }
}

impl From<TokenFault> for Error {
    fn from(fault: TokenFault) -> Self {
        match fault {
            TokenFault::Unavailable(error) => error,
            fault => Self::new(ErrorKind::InvalidToken, fault),
        }
    }
}

/// A time in a token: seconds since 1970, perhaps with a fraction (RFC 7519 section 2).
#[derive(Clone, Copy)]
pub(crate) struct NumericDate(pub(crate) Timestamp);

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

/// Checks signature, algorithm, `crit`, `iss`, `aud` and `nbf`, and returns the claims for further
/// checks.
pub(crate) async fn verify<T: DeserializeOwned>(
    context: &Context,
    token: &str,
) -> Result<T, TokenFault> {
    let header = decode_header(token)?;
    // Checked before the keys are read: a token that is never accepted causes no request.
    let algorithm = keys::accepted_name(header.alg).ok_or(TokenFault::Claim("alg"))?;
    let metadata = context.metadata().await?;
    let used = &metadata.id_token_signing_alg_values_supported;
    check_claim(used.iter().any(|used| used == algorithm), "alg")?;
    // It names extensions that must be understood (RFC 7515 section 4.1.11); none is.
    check_claim(header.crit.is_none(), "crit")?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[context.issuer()]);
    validation.set_audience(&[context.client_id()]);
    validation.set_required_spec_claims(&["iss", "aud"]);
    validation.validate_exp = false; // checked by the callers, with the application's clock
    let cached = keys::matching(&*context.keys(false).await?, &header);
    let verified = match decode_with(cached, token, &validation) {
        Err(fault) if fault.is_key_mismatch() => {
            // The provider may have rotated, perhaps with the same key id.
            let newer = keys::matching(&*context.keys(true).await?, &header);
            decode_with(newer, token, &validation)
        }
        verified => verified,
    };
    let Signed { not_before, claims } = verified?;
    // The library also accepts a list of issuers that contains this one.
    let Issuer { iss } = insecure_decode_claims(token)?;
    check_claim(iss == context.issuer(), "iss")?;
    let latest = context.clock.now() + CLOCK_SKEW;
    check_claim(not_before.is_none_or(|time| time.0 <= latest), "nbf")?;
    Ok(claims)
}

/// The issuer of a token whose signature was verified.
#[derive(Deserialize)]
struct Issuer {
    iss: String,
}

/// Verifies a token with one of these keys. `UnknownKey` only if there is no key of that name; else
/// `Invalid`, or the fault of the claims.
fn decode_with<T: DeserializeOwned>(
    keys: Option<Vec<DecodingKey>>,
    token: &str,
    validation: &Validation,
) -> Result<T, TokenFault> {
    let keys = keys.ok_or(TokenFault::UnknownKey)?;
    let mut failure = TokenFault::Invalid(JwtErrorKind::InvalidSignature.into());
    for key in &keys {
        match decode(token, key, validation).map_err(TokenFault::from) {
            Err(fault) if fault.is_key_mismatch() => failure = fault,
            decoded => return Ok(decoded?.claims),
        }
    }
    Err(failure)
}

pub(crate) fn check_claim(is_right: bool, claim: &'static str) -> Result<(), TokenFault> {
    if is_right {
        Ok(())
    } else {
        Err(TokenFault::Claim(claim))
    }
}
