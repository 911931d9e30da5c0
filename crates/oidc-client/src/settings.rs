//! The settings of a client.

use std::sync::Arc;

use secrecy::SecretString;

use crate::ProviderMetadata;

/// A client as it is registered with its provider.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: SecretString,
    /// The way to send id and secret; `None`: by the provider's metadata.
    pub authentication: Option<ClientAuthentication>,
    /// The scopes to request, separated by spaces; `None`: of `openid offline_access email
    /// profile` those that the provider offers.
    pub scopes: Option<String>,
    /// Further parameters of every authorization request.
    pub authorization_params: Vec<(String, String)>,
    /// The name of the parameter with the address to return to after the provider's sign-out:
    /// `post_logout_redirect_uri` in the standard.
    pub post_logout_parameter: String,
    /// Accepts logout tokens with `typ` JWT or none, and without `exp`, of providers that are older
    /// than the standard.
    pub accepts_older_logout_tokens: bool,
    /// The provider.
    pub provider: Provider,
}

impl Settings {
    /// Settings for a provider that publishes its metadata and follows the standard; else change
    /// the other fields.
    pub fn new(
        issuer: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: SecretString,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret,
            authentication: None,
            scopes: None,
            authorization_params: Vec::new(),
            post_logout_parameter: "post_logout_redirect_uri".to_owned(),
            accepts_older_logout_tokens: false,
            provider: Provider::Discovered(issuer.into()),
        }
    }
}

/// The source of the provider's metadata.
#[derive(Clone, Debug)]
pub enum Provider {
    /// The application has it.
    Given(Arc<ProviderMetadata>),
    /// This issuer publishes it (OpenID Connect Discovery 1.0).
    Discovered(String),
}

impl Provider {
    /// The issuer.
    pub fn issuer(&self) -> &str {
        match self {
            Self::Given(metadata) => &metadata.issuer,
            Self::Discovered(issuer) => issuer,
        }
    }
}

/// The ways to send the client's id and secret (RFC 6749 section 2.3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClientAuthentication {
    /// `Authorization: Basic`, with id and secret form-encoded first, as the standard has it.
    Basic,
    /// In the form.
    Post,
    /// `Authorization: Basic` with id and secret as they are, for providers that do not decode
    /// them.
    BasicPlain,
}
