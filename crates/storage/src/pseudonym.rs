//! Pseudonyms of identifiers: short hashes that do not reveal them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// The [`digest`] of `text` as base64url: 22 characters.
pub fn pseudonym(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(text))
}

/// The first 128 bits of the SHA-256 of `text`. Anybody who can guess `text` can compute it: use it
/// for identifiers that are kept out of logs and keys, not for secrets.
pub fn digest(text: &str) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    first
}
