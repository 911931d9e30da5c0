//! The public name of a session.

use std::{borrow::Cow, fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Characters of a handle as text.
const TEXT: usize = 22;

/// The public name of a session: the first 128 bits of the SHA-256 of its id's random part. It
/// names the session and gives no access to it, so stores use it as the key and pages may show it.
/// As text: base64url, 22 characters.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Handle([u8; 16]);

/// A text that is not a handle.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("not the handle of a session")]
pub struct NotAHandle;

impl Handle {
    /// The 128 bits.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for Handle {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl From<Handle> for [u8; 16] {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

impl FromStr for Handle {
    type Err = NotAHandle;

    fn from_str(text: &str) -> Result<Self, NotAHandle> {
        // The decoder needs room for whole groups of four characters.
        let mut decoded = [0; TEXT.div_ceil(4) * 3];
        match BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut decoded) {
            Ok(16) => decoded.first_chunk().copied().map(Self).ok_or(NotAHandle),
            _ => Err(NotAHandle),
        }
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; TEXT];
        let written = BASE64_URL_SAFE_NO_PAD.encode_slice(self.0, &mut text);
        debug_assert_eq!(written, Ok(TEXT));
        f.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Handle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Handle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'_, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
