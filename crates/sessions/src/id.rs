//! The secret id of a session, in its browser's cookie.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sealed_cookies::derive_key;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use storage::digest;

use crate::{Handle, purposes};

/// The version of the format `1.random.tag`.
const VERSION: &str = "1.";
/// Characters of the random part: 256 bits.
const RANDOM: usize = 43;
/// Bytes of the tag.
const TAG: usize = 16;

/// The secret id of a session: 256 bits from the operating system's generator (ASVS 7.2.3), and a
/// tag that only this server can make. Cannot be printed.
#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub struct SessionId(String);

impl SessionId {
    /// The id as text, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The public name of this session.
    pub fn handle(&self) -> Handle {
        let random = self
            .0
            .get(VERSION.len()..)
            .and_then(|rest| rest.get(..RANDOM));
        digest(random.unwrap_or_default()).into()
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[session id]")
    }
}

/// Mints session ids and verifies their tags, so that a forged id is rejected without a store
/// lookup.
pub struct SessionIds {
    /// The first makes tags, every one verifies them: keys can be rotated (ASVS 11.2.2).
    keys: Vec<Hmac<Sha256>>,
}

impl SessionIds {
    /// Derives a key from each of the `secrets`.
    pub fn new(secrets: &[SecretString]) -> Self {
        let key = |secret| Hmac::new(&derive_key(secret, purposes::SESSION_ID).into());
        Self {
            keys: secrets.iter().map(key).collect(),
        }
    }

    /// A new id.
    pub fn mint(&self) -> SessionId {
        let random = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let tag = self.keys.first().map(|key| tag(key, &random));
        let tag = BASE64_URL_SAFE_NO_PAD.encode(tag.unwrap_or_default());
        SessionId(format!("{VERSION}{random}.{tag}"))
    }

    /// Returns the id in `text`, if this server made it.
    #[must_use]
    pub fn verify(&self, text: &str) -> Option<SessionId> {
        let (random, claimed) = text.strip_prefix(VERSION)?.split_once('.')?;
        if random.len() != RANDOM {
            return None;
        }
        let mut tag = [0; TAG.div_ceil(3) * 3];
        let length = BASE64_URL_SAFE_NO_PAD
            .decode_slice(claimed, &mut tag)
            .ok()?;
        let claimed = tag.get(..length).filter(|tag| tag.len() == TAG)?;
        let fits = |key: &Hmac<Sha256>| {
            let mac = key.clone().chain_update(random);
            mac.verify_truncated_left(claimed).is_ok()
        };
        (self.keys.iter().any(fits)).then(|| SessionId(text.to_owned()))
    }
}

fn tag(key: &Hmac<Sha256>, random: &str) -> [u8; TAG] {
    let mac = key.clone().chain_update(random).finalize().into_bytes();
    let mut first = [0; TAG];
    first.copy_from_slice(&mac[..TAG]);
    first
}
