//! The client as it is registered with its provider.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jsonwebtoken::jwk::JwkSet;
use reqwest::StatusCode;
use secrecy::SecretString;
use tokio::sync::Mutex;

use super::{
    ClientAuthentication, Http, LogoutTokens, Provider, ProviderError, ProviderMetadata,
    metadata::discovery_address, published::Published,
};
use crate::clock::Clock;

/// Whether the provider answers is asked no more often than this.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// What a client was given at its registration, and where its provider is.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: SecretString,
    /// How to send them; unknown: what the provider's metadata asks for.
    pub authentication: Option<ClientAuthentication>,
    /// The scopes to ask for, separated by spaces; unknown: what the provider offers.
    pub scopes: Option<String>,
    /// What authorization requests say beside.
    pub authorization_params: Vec<(String, String)>,
    /// Which logout tokens are taken.
    pub logout_tokens: LogoutTokens,
    /// The provider.
    pub provider: Provider,
}

/// A client of an OpenID provider.
pub struct Client {
    pub(super) settings: Settings,
    pub(super) http: Http,
    pub(super) keys: Arc<Published<JwkSet>>,
    metadata: Arc<Published<ProviderMetadata>>,
    pub(super) clock: Clock,
    reached: Mutex<Option<(Instant, bool)>>,
}

impl Client {
    /// Prepares the client. Nothing is asked of the provider yet: the application starts without
    /// it.
    pub fn new(settings: Settings, http: Http, clock: Clock) -> Self {
        let keys = Published::new(http.clone(), clock.clone());
        let metadata = Published::new(http.clone(), clock.clone());
        Self {
            settings,
            http,
            keys,
            metadata,
            clock,
            reached: Mutex::const_new(None),
        }
    }

    /// The client id of this application.
    pub fn client_id(&self) -> &str {
        &self.settings.client_id
    }

    /// The issuer, exactly as ID tokens and callbacks must name it.
    pub fn issuer(&self) -> &str {
        self.settings.provider.issuer()
    }

    /// Where the provider's endpoints are, and what else it says of itself. Asked when it is first
    /// needed, and again when the answer is too old.
    ///
    /// # Errors
    /// When the provider publishes it and does not answer, or what it publishes is not its own.
    pub async fn provider(&self) -> Result<Arc<ProviderMetadata>, ProviderError> {
        match &self.settings.provider {
            Provider::Given(metadata) => Ok(Arc::clone(metadata)),
            Provider::Discovered(issuer) => {
                let address = discovery_address(issuer)?;
                let metadata = self.metadata.get(&address).await?;
                if metadata.check(issuer).is_ok() {
                    return Ok(metadata);
                }
                // Perhaps it was mended meanwhile.
                let metadata = self.metadata.newer(&address).await?;
                metadata.check(issuer)?;
                Ok(metadata)
            }
        }
    }

    /// Whether the provider answers at all; asked at most once in a few seconds.
    pub async fn answers(&self) -> bool {
        let mut last = self.reached.lock().await;
        if let Some((at, answered)) = *last
            && at.elapsed() < ASK_AGAIN_AFTER
        {
            return answered;
        }
        let answered = self
            .reach()
            .await
            .is_ok_and(|status| !status.is_server_error());
        *last = Some((Instant::now(), answered));
        answered
    }

    async fn reach(&self) -> Result<StatusCode, ProviderError> {
        let address = match &self.settings.provider {
            Provider::Given(metadata) => metadata.jwks_uri.clone(),
            Provider::Discovered(issuer) => discovery_address(issuer)?,
        };
        let request = self.http.get(address).timeout(ASK_AGAIN_AFTER / 2);
        Ok(self.http.send(request).await?.status)
    }
}
