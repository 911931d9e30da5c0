//! Names that do not tell what they stand for.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// The first 128 bits of the SHA-256 of `text`, as text: base64url, 22 characters.
pub fn pseudonym(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(text))
}

/// The first 128 bits of the SHA-256 of `text`.
pub fn digest(text: &str) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    first
}
