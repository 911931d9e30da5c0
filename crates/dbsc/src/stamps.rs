//! Values that only this server can make, for one session and a limited time.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bytes of the expiry: milliseconds since 1970, big-endian.
const EXPIRY: usize = 8;
/// Bytes of the tag: 128 bits of an HMAC.
const TAG: usize = 16;
/// Bytes of a stamp, and its characters in base64url.
const BYTES: usize = EXPIRY + TAG;
const TEXT: usize = BYTES / 3 * 4;

/// Makes and verifies stamps: an expiry, and a tag (HMAC-SHA256) over it and the name of a session.
/// Each node with the same keys can verify them, without a store.
///
/// Use one for challenges, and another, with other keys, for the values of bound cookies.
pub struct Stamps {
    keys: Vec<Hmac<Sha256>>,
    lifetime: Duration,
}

impl Stamps {
    /// The first key makes stamps, every one verifies them, so that keys can be rotated. Without a
    /// key no stamp is valid.
    pub fn new(keys: impl IntoIterator<Item = [u8; 64]>, lifetime: Duration) -> Self {
        let keys = keys.into_iter().map(|key| Hmac::new(&key.into()));
        Self {
            keys: keys.collect(),
            lifetime,
        }
    }

    /// A stamp for this session, of 32 characters (base64url).
    pub fn make(&self, session: &str, now: SystemTime) -> String {
        let expiry = milliseconds(now.checked_add(self.lifetime)).to_be_bytes();
        let mut stamp = [0; BYTES];
        stamp[..EXPIRY].copy_from_slice(&expiry);
        if let Some(key) = self.keys.first() {
            let tag = mac(key, expiry, session).finalize().into_bytes();
            stamp[EXPIRY..].copy_from_slice(&tag[..TAG]);
        }
        BASE64_URL_SAFE_NO_PAD.encode(stamp)
    }

    /// Returns the expiry of a stamp; `None` if it has expired, was made for another session, or
    /// was not made with one of the keys.
    pub fn verify(&self, stamp: &str, session: &str, now: SystemTime) -> Option<SystemTime> {
        if stamp.len() != TEXT {
            return None;
        }
        let mut bytes = [0; BYTES];
        let length = BASE64_URL_SAFE_NO_PAD
            .decode_slice(stamp, &mut bytes)
            .ok()?;
        let (expiry, tag) = bytes.get(..length)?.split_first_chunk::<EXPIRY>()?;
        let until = u64::from_be_bytes(*expiry);
        let fits = |key| {
            mac(key, *expiry, session)
                .verify_truncated_left(tag)
                .is_ok()
        };
        if milliseconds(Some(now)) >= until || tag.len() != TAG || !self.keys.iter().any(fits) {
            return None;
        }
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(until))
    }
}

impl fmt::Debug for Stamps {
    /// Shows the number of keys, never a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stamps({} keys, {:?})", self.keys.len(), self.lifetime)
    }
}

fn mac(key: &Hmac<Sha256>, expiry: [u8; EXPIRY], session: &str) -> Hmac<Sha256> {
    key.clone().chain_update(expiry).chain_update(session)
}

/// Milliseconds since 1970; 0 for an earlier time, or one that cannot be represented.
fn milliseconds(time: Option<SystemTime>) -> u64 {
    let since = time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
