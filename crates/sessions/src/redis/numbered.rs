//! Values with a number that a script in Redis can compare: `number.value`.

use sealed_cookies::Keyring;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Handle, stores::StoreResult};

/// Seals a value of a session for Redis.
pub(super) fn seal<T: Serialize>(
    keyring: &Keyring,
    handle: Handle,
    number: u64,
    value: &T,
) -> StoreResult<Vec<u8>> {
    let json = serde_json::to_vec(value).map_err(anyhow::Error::from)?;
    let sealed = keyring.seal(&json, handle.as_bytes());
    Ok(numbered(number, &sealed.map_err(anyhow::Error::from)?))
}

/// Opens what [`seal`] has made.
pub(super) fn open<T: DeserializeOwned>(
    keyring: &Keyring,
    handle: Handle,
    value: &[u8],
) -> Option<T> {
    let (_, sealed) = number_and_value(value)?;
    serde_json::from_slice(&keyring.open(sealed, handle.as_bytes())?).ok()
}

pub(super) fn numbered(number: u64, value: &[u8]) -> Vec<u8> {
    [format!("{number}.").as_bytes(), value].concat()
}

/// Returns number and value.
pub(super) fn number_and_value(numbered: &[u8]) -> Option<(u64, &[u8])> {
    let dot = numbered.iter().position(|byte| *byte == b'.')?;
    let number = str::from_utf8(&numbered[..dot]).ok()?.parse().ok()?;
    Some((number, &numbered[dot + 1..]))
}
