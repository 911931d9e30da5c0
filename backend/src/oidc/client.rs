//! The client as it is registered with its provider.

use std::{
    fmt,
    time::{Duration, Instant},
};

use jsonwebtoken::jwk::JwkSet;
use secrecy::SecretString;
use tokio::sync::Mutex;

use super::{Http, ProviderMetadata, http::send, published::Published};
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
    /// The scopes to ask for, separated by spaces.
    pub scopes: String,
    /// The provider.
    pub provider: ProviderMetadata,
}

/// A client of an OpenID provider.
pub struct Client {
    pub(super) settings: Settings,
    pub(super) http: Http,
    pub(super) keys: Published<JwkSet>,
    pub(super) clock: Clock,
    reached: Mutex<Option<(Instant, bool)>>,
}

impl Client {
    /// Prepares the client. Nothing is asked of the provider yet: the application starts without it.
    #[must_use]
    pub fn new(settings: Settings, http: Http, clock: Clock) -> Self {
        let keys = Published::new(http.clone(), clock.clone());
        Self {
            settings,
            http,
            keys,
            clock,
            reached: Mutex::const_new(None),
        }
    }

    /// The client id of this application.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.settings.client_id
    }

    /// Where the provider's endpoints are.
    #[must_use]
    pub fn provider(&self) -> &ProviderMetadata {
        &self.settings.provider
    }

    /// Whether the provider answers at all; asked at most once in a few seconds.
    pub async fn answers(&self) -> bool {
        let mut last = self.reached.lock().await;
        if let Some((at, answered)) = *last
            && at.elapsed() < ASK_AGAIN_AFTER
        {
            return answered;
        }
        let request = self.http.get(self.provider().jwks_uri.clone());
        let answer = send(request.timeout(ASK_AGAIN_AFTER / 2)).await;
        let answered = answer.is_ok_and(|answer| !answer.status.is_server_error());
        *last = Some((Instant::now(), answered));
        answered
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("issuer", &self.settings.provider.issuer)
            .finish_non_exhaustive()
    }
}
