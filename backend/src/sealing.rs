//! Keys and sealing: what leaves this process is encrypted and authenticated with a key for its
//! purpose.
//!
//! XChaCha20-Poly1305, because its 192-bit nonces may be drawn at random for any number of seals.
//! Each secret of `SESSION_SECRETS` gives one key for each purpose (HKDF-SHA256, RFC 5869), so that
//! a value sealed for one purpose cannot be opened for another, whatever else is equal.

use anyhow::Context;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// What a sealed value is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// The session itself, in cookies.
    Session,
    /// The session itself, in a store outside the browser.
    StoredSession,
    /// Tokens that replaced those in a browser's cookies, for the other nodes.
    Successor,
    /// A login attempt's cookie.
    LoginAttempt,
    /// The tag of a session id.
    SessionId,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Session => b"session",
            Self::StoredSession => b"stored session",
            Self::Successor => b"successor",
            Self::LoginAttempt => b"login attempt",
            Self::SessionId => b"session id",
        }
    }
}

const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;
const TAG: usize = 16;
const HEADER: usize = 1 + KEY_ID + NONCE;

/// Bytes by which a sealed value is longer than what it holds.
pub const SEAL_OVERHEAD: usize = HEADER + TAG;

/// Seals and opens values of one purpose. The first secret seals, all of them open (ASVS 11.2.2:
/// keys can be rotated).
pub struct Sealer {
    keys: Vec<([u8; KEY_ID], XChaCha20Poly1305)>,
}

impl Sealer {
    /// Derives the keys for `purpose`.
    pub fn new(secrets: &[SecretString], purpose: Purpose) -> Self {
        let keys = secrets.iter().map(|secret| {
            let key: [u8; 32] = derive(secret, b"key ", purpose);
            let id = derive(secret, b"id ", purpose);
            (id, XChaCha20Poly1305::new(&key.into()))
        });
        Self {
            keys: keys.collect(),
        }
    }

    /// Seals `plaintext` so that it opens only with the same `context`: version, key id, nonce,
    /// ciphertext and tag.
    ///
    /// # Errors
    /// When there is no key, or the plaintext is larger than 256 GiB.
    pub fn seal(&self, plaintext: &[u8], context: &[u8]) -> anyhow::Result<Vec<u8>> {
        let (id, cipher) = self.keys.first().context("no key to seal with")?;
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload {
            msg: plaintext,
            aad: context,
        };
        let ciphertext = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| anyhow::anyhow!("cannot seal"))?;
        Ok([&[VERSION][..], id, &nonce, &ciphertext].concat())
    }

    /// Opens what [`Self::seal`] made with this context; `None` for anything else.
    pub fn open(&self, sealed: &[u8], context: &[u8]) -> Option<Vec<u8>> {
        let (header, ciphertext) = sealed.split_at_checked(HEADER)?;
        let nonce: [u8; NONCE] = header[1 + KEY_ID..].try_into().ok()?;
        if header[0] != VERSION {
            return None;
        }
        let (_, cipher) = self.keys.iter().find(|(id, _)| id == &header[1..=KEY_ID])?;
        let payload = Payload {
            msg: ciphertext,
            aad: context,
        };
        cipher.decrypt(&XNonce::from(nonce), payload).ok()
    }
}

/// A key of its own for each purpose, from one secret (HKDF-SHA256, RFC 5869).
pub fn key_for<const N: usize>(secret: &SecretString, purpose: Purpose) -> [u8; N] {
    derive(secret, b"key ", purpose)
}

fn derive<const N: usize>(secret: &SecretString, what: &[u8], purpose: Purpose) -> [u8; N] {
    let mut derived = [0; N];
    let kdf = Hkdf::<Sha256>::new(None, secret.expose_secret().as_bytes());
    // Expanding fails only for outputs of more than 8,160 bytes.
    let expanded = kdf.expand_multi_info(&[what, purpose.label()], &mut derived);
    debug_assert!(expanded.is_ok());
    derived
}
