//! Keys derived from secrets, and values sealed with them.
//!
//! XChaCha20-Poly1305, because its 192-bit nonces may be random for any number of seals. Each
//! secret gives one key for each purpose (HKDF-SHA256, RFC 5869), so a value sealed for one purpose
//! cannot be opened for another.

use std::fmt;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;
const TAG: usize = 16;
const HEADER: usize = 1 + KEY_ID + NONCE;

/// The purpose of a key, such as `session` or `login attempt`: part of the key's derivation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Purpose(&'static str);

impl Purpose {
    /// A purpose with this label. Changing the label makes everything sealed for it unreadable.
    pub const fn new(label: &'static str) -> Self {
        Self(label)
    }
}

/// The reason why a value was not sealed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SealError {
    /// The keyring was made from an empty list of secrets.
    #[error("there is no secret to seal with")]
    NoSecret,
    /// The value is longer than the cipher can seal (256 GiB).
    #[error("the value is too long to seal")]
    TooLong,
}

/// The keys of one purpose. The first secret seals, every one opens, so that secrets can be rotated
/// (OWASP ASVS 11.2.2).
pub struct Keyring {
    keys: Vec<([u8; KEY_ID], XChaCha20Poly1305)>,
}

impl Keyring {
    /// Number of bytes by which a sealed value is longer than its plaintext.
    pub const OVERHEAD: usize = HEADER + TAG;

    /// Derives the keys for `purpose`. Each secret should have at least 32 random characters.
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

    /// Seals `plaintext` so that it opens only with the same `context`. The result is version, key
    /// id, nonce, ciphertext and tag.
    ///
    /// # Errors
    /// `NoSecret` for an empty keyring, `TooLong` above 256 GiB.
    pub fn seal(&self, plaintext: &[u8], context: &[u8]) -> Result<Vec<u8>, SealError> {
        let (id, cipher) = self.keys.first().ok_or(SealError::NoSecret)?;
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload {
            msg: plaintext,
            aad: context,
        };
        let ciphertext = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::TooLong)?;
        Ok([&[VERSION][..], id, &nonce, &ciphertext].concat())
    }

    /// Opens a value of [`Self::seal`] with this context; `None` for anything else.
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

impl fmt::Debug for Keyring {
    /// Shows the number of keys, never a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({} keys)", self.keys.len())
    }
}

/// Derives a key of `N` bytes (at most 8,160) for `purpose` from one secret (HKDF-SHA256, RFC
/// 5869), for other algorithms than this crate's.
pub fn derive_key<const N: usize>(secret: &SecretString, purpose: Purpose) -> [u8; N] {
    derive(secret, b"key ", purpose)
}

fn derive<const N: usize>(secret: &SecretString, what: &[u8], purpose: Purpose) -> [u8; N] {
    const { assert!(N <= 255 * 32, "HKDF-SHA256 gives at most 8,160 bytes") };
    let mut derived = [0; N];
    let kdf = Hkdf::<Sha256>::new(None, secret.expose_secret().as_bytes());
    // Expanding fails only for longer outputs, which do not compile.
    let expanded = kdf.expand_multi_info(&[what, purpose.0.as_bytes()], &mut derived);
    debug_assert!(expanded.is_ok());
    derived
}
