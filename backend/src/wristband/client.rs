//! The connection to the provider: one HTTP client with its timeouts, and the addresses of the API.

use std::time::{Duration, Instant};

use oauth2::{
    AuthUrl, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet, StandardRevocableToken,
    StandardTokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
        BasicTokenType,
    },
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex, OnceCell};
use url::Url;

use super::{id_token::KeySet, sdk_configuration::SdkConfiguration, tokens::IdTokenField};
use crate::config::Config;

/// The client of the provider that comes with this project. Known to everybody, accepted on loopback only.
const LOCAL_CLIENT: (&str, &str) = ("local-client", "local-secret");

/// A provider that does not answer within this time is unavailable.
const TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Whether the provider answers is asked no more often than this.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// The provider did not do what was asked, through no fault of the user. The cause is for the log.
#[derive(Debug, thiserror::Error)]
#[error("the identity provider is unavailable: {0:#}")]
pub struct ProviderError(#[from] pub(crate) anyhow::Error);

impl From<reqwest::Error> for ProviderError {
    fn from(error: reqwest::Error) -> Self {
        // The address could hold a secret one day; the path alone tells which call failed.
        let path = error
            .url()
            .map(|url| url.path().to_owned())
            .unwrap_or_default();
        if error.is_decode() {
            // The parser's words quote what it could not read: perhaps a token, or somebody's address.
            return Self(anyhow::anyhow!("{path}: the answer cannot be read"));
        }
        Self(anyhow::Error::from(error.without_url()).context(path))
    }
}

/// `oauth2`'s client with the answers Wristband gives: an ID token beside the usual ones.
pub(super) type OAuthClient = Client<
    BasicErrorResponse,
    StandardTokenResponse<IdTokenField, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The provider, as one application registered with it sees it.
pub struct Wristband {
    pub(super) http: reqwest::Client,
    pub(super) oauth: OAuthClient,
    pub(super) client_secret: SecretString,
    pub(super) keys: KeySet,
    pub(super) sdk_configuration: OnceCell<SdkConfiguration>,
    pub(super) config: Config,
    issuer: String,
    reached: Mutex<Option<(Instant, bool)>>,
}

impl Wristband {
    /// Prepares the client. Nothing is asked of the provider yet: the application starts without it.
    ///
    /// # Errors
    /// When the configured host makes no valid address.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let provider = &config.provider;
        let issuer = provider.issuer();
        let endpoint = |path: &str| format!("{issuer}/api/v1{path}");
        let (id, secret) = match (&provider.client_id, &provider.client_secret) {
            (Some(id), Some(secret)) => (id.as_str(), secret.expose_secret()),
            _ => LOCAL_CLIENT,
        };
        let oauth = Client::new(ClientId::new(id.to_owned()))
            .set_client_secret(ClientSecret::new(secret.to_owned()))
            .set_auth_uri(AuthUrl::new(endpoint("/oauth2/authorize"))?)
            .set_token_uri(TokenUrl::new(endpoint("/oauth2/token"))?);
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            // A provider's API does not redirect; following one could send a token elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("actix-sessions/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let keys = KeySet::new(endpoint("/oauth2/jwks"));
        let client_secret = secret.into();
        Ok(Self {
            http,
            oauth,
            client_secret,
            keys,
            sdk_configuration: OnceCell::new(),
            config: config.clone(),
            issuer,
            reached: Mutex::const_new(None),
        })
    }

    /// The client id of this application.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.oauth.client_id()
    }

    /// The issuer, exactly as ID tokens and callbacks must name it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether the provider answers at all; asked at most once in a few seconds.
    pub async fn answers(&self) -> bool {
        let mut last = self.reached.lock().await;
        if let Some((at, answered)) = *last
            && at.elapsed() < ASK_AGAIN_AFTER
        {
            return answered;
        }
        let request = self
            .http
            .get(self.api("/oauth2/jwks"))
            .timeout(ASK_AGAIN_AFTER / 2)
            .send()
            .await;
        let answered = request.is_ok_and(|response| !response.status().is_server_error());
        *last = Some((Instant::now(), answered));
        answered
    }

    /// An address of the API at the application's own host, where the server talks to the provider.
    pub(super) fn api(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.issuer)
    }

    /// An address of the API at a tenant's host, where the browser goes.
    pub(super) fn tenant_api(&self, tenant_host: &str, path: &str) -> Result<Url, ProviderError> {
        let address = format!(
            "{}://{tenant_host}/api/v1{path}",
            self.config.provider.scheme()
        );
        Url::parse(&address).map_err(|error| ProviderError(error.into()))
    }
}

impl std::fmt::Debug for Wristband {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wristband")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}
