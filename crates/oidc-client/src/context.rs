//! The context of a call to the provider.

use std::sync::Arc;

use jsonwebtoken::jwk::JwkSet;

use crate::{
    Error, Http, Provider, ProviderMetadata, Settings, cached_document::CachedDocument,
    clock::Clock, metadata::discovery_address,
};

/// Settings, HTTP client, clock, and the provider's documents.
pub(crate) struct Context {
    pub(crate) settings: Settings,
    pub(crate) http: Http,
    pub(crate) clock: Clock,
    metadata: Arc<CachedDocument<ProviderMetadata>>,
    keys: Arc<CachedDocument<JwkSet>>,
}

impl Context {
    pub(crate) fn new(settings: Settings, http: Http, clock: Clock) -> Self {
        let metadata = CachedDocument::new(http.clone(), clock.clone());
        let keys = CachedDocument::new(http.clone(), clock.clone());
        Self {
            settings,
            http,
            clock,
            metadata,
            keys,
        }
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.settings.client_id
    }

    pub(crate) fn issuer(&self) -> &str {
        self.settings.provider.issuer()
    }

    /// Returns the provider's metadata: given, cached or read.
    pub(crate) async fn metadata(&self) -> Result<Arc<ProviderMetadata>, Error> {
        match &self.settings.provider {
            Provider::Given(metadata) => Ok(Arc::clone(metadata)),
            Provider::Discovered(issuer) => {
                let address = discovery_address(issuer)?;
                let metadata = self.metadata.get(&address).await?;
                if metadata.check(issuer).is_ok() {
                    return Ok(metadata);
                }
                // The provider may have corrected it since it was cached.
                let metadata = self.metadata.newer(&address).await?;
                metadata.check(issuer)?;
                Ok(metadata)
            }
        }
    }

    /// Returns the provider's signing keys. With `newer` they are read again, unless the last read
    /// is a few seconds ago.
    pub(crate) async fn keys(&self, newer: bool) -> Result<Arc<JwkSet>, Error> {
        let address = &self.metadata().await?.jwks_uri;
        if newer {
            self.keys.newer(address).await
        } else {
            self.keys.get(address).await
        }
    }
}
