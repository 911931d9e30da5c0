//! The API that an access token is requested for.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;

use crate::Token;

/// The API that an access token is requested for; both together, or either.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TokenTarget {
    /// The `resource` parameter (RFC 8707): the absolute address of the API, by which its tokens
    /// name their audience.
    pub resource: Option<String>,
    /// The scopes of the token, separated by spaces, of those that the user's sign-in asked for
    /// (RFC 6749 section 6).
    pub scope: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    aud: Option<Audiences>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audiences {
    One(String),
    Several(Vec<String>),
}

impl TokenTarget {
    /// The parameters of a token request.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let resource = self.resource.iter().map(|value| ("resource", value));
        let scope = self.scope.iter().map(|value| ("scope", value));
        let parameters = resource.chain(scope);
        parameters.map(|(name, value)| (name, value.as_str()))
    }

    /// Returns `true` if the token is a JWT that does not name the resource as its audience (RFC
    /// 9068 section 3): the provider has ignored the parameter. An opaque token does not tell. The
    /// signature is not checked, as that is for the API.
    pub fn is_ignored_by(&self, token: &Token) -> bool {
        let Some(resource) = &self.resource else {
            return false;
        };
        let Some(claims) = claims(token) else {
            return false;
        };
        !match claims.aud {
            Some(Audiences::One(audience)) => audience == *resource,
            Some(Audiences::Several(audiences)) => audiences.contains(resource),
            None => false,
        }
    }
}

/// The claims of a JWT.
fn claims(token: &Token) -> Option<Claims> {
    let mut parts = token.expose().split('.');
    let (_header, payload) = (parts.next()?, parts.next()?);
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice(&payload).ok()
}
