//! The keys that the provider signs with (RFC 7517).

use jsonwebtoken::{DecodingKey, jwk::JwkSet};

use super::{Client, ProviderError};

impl Client {
    /// The provider's key of this id; without an id, the only key there is (Core section 10.1). An id that is not known
    /// makes us read the keys again.
    ///
    /// # Errors
    /// When the keys cannot be read.
    pub(super) async fn key(&self, id: Option<&str>) -> Result<Option<DecodingKey>, ProviderError> {
        let address = &self.provider().jwks_uri;
        if let Some(key) = choose(&*self.keys.get(address).await?, id) {
            return Ok(Some(key));
        }
        Ok(choose(&*self.keys.newer(address).await?, id))
    }
}

fn choose(keys: &JwkSet, id: Option<&str>) -> Option<DecodingKey> {
    let key = match (id, keys.keys.as_slice()) {
        (Some(id), _) => keys.find(id)?,
        (None, [only]) => only,
        (None, _) => return None,
    };
    DecodingKey::from_jwk(key).ok()
}
