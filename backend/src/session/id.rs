//! The two names of a session: the secret id in the cookie, and the public handle that everything else uses.

use std::fmt;

use actix_session::storage::SessionKey;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// A new session id: 256 bits from the operating system's generator (ASVS 7.2.3), 43 characters.
#[must_use]
pub fn new_session_id() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// The public name of a session: a hash of its id. Whoever knows it can name the session, but not use it, so stores
/// key sessions by it and `GET /api/sessions` shows it.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Handle(String);

impl Handle {
    /// The handle of the session with this id: the first 128 bits of its SHA-256.
    #[must_use]
    pub fn of(id: &SessionKey) -> Self {
        Self(pseudonym(id.as_ref()))
    }

    /// The handle as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name that does not tell what it stands for: the first 128 bits of the SHA-256, as in a [`Handle`].
#[must_use]
pub fn pseudonym(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(text.as_bytes())[..16])
}

impl From<String> for Handle {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
