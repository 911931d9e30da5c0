//! Where the provider's endpoints are.

use serde::Deserialize;
use url::Url;

/// What a client must know of its provider, by the names of OpenID Connect Discovery 1.0 section 3 and RFC 8414.
#[derive(Clone, Debug, Deserialize)]
pub struct ProviderMetadata {
    /// The issuer, exactly as ID tokens and callbacks name it.
    pub issuer: String,
    /// Where the browser goes to sign in.
    pub authorization_endpoint: Url,
    /// Where codes and refresh tokens become tokens.
    pub token_endpoint: Url,
    /// The keys that the provider signs with.
    pub jwks_uri: Url,
    /// Where an access token tells whose it is.
    pub userinfo_endpoint: Option<Url>,
    /// Where refresh tokens are revoked.
    pub revocation_endpoint: Option<Url>,
}
