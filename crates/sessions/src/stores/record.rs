//! The stored format of a session: sealed, so that a reader of the store cannot read sessions.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sealed_cookies::Keyring;

use crate::{Device, Handle, UserSession};

/// The version of the format: this byte, then the session as JSON. A new format gets the next
/// number, and this one stays readable.
const FORMAT: u8 = 1;

/// Encodes a session for sealing, in every store.
pub(crate) fn encode(session: &UserSession) -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![FORMAT];
    serde_json::to_writer(&mut bytes, session)?;
    Ok(bytes)
}

/// Decodes the format of [`encode`]; `None` for any other.
pub(crate) fn decode(bytes: &[u8]) -> Option<Arc<UserSession>> {
    let (&FORMAT, json) = bytes.split_first()? else {
        return None;
    };
    serde_json::from_slice(json).ok().map(Arc::new)
}

/// Seals a session for its handle and version only.
pub(crate) fn seal(
    keyring: &Keyring,
    handle: Handle,
    session: &UserSession,
) -> anyhow::Result<Vec<u8>> {
    Ok(keyring.seal(&encode(session)?, &context(handle, session.version))?)
}

/// Unseals a session; `None` if its secret is no longer listed, or the stored value was changed.
pub(crate) fn open(
    keyring: &Keyring,
    handle: Handle,
    version: u64,
    sealed: &[u8],
) -> Option<Arc<UserSession>> {
    let session = keyring.open(sealed, &context(handle, version));
    let session = session.and_then(|bytes| decode(&bytes));
    if session.is_none() {
        tracing::warn!(
            see = "docs/troubleshooting.md#401-for-everybody-after-a-deployment",
            "a stored session cannot be unsealed: its secret is no longer listed, or it is damaged"
        );
    }
    session
}

/// Seals the device of a session in cookies, as text.
pub(crate) fn seal_device(
    keyring: &Keyring,
    handle: Handle,
    device: &Device,
) -> anyhow::Result<String> {
    let sealed = keyring.seal(&serde_json::to_vec(device)?, &device_context(handle))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed))
}

/// Unseals the device of a session in cookies.
pub(crate) fn open_device(keyring: &Keyring, handle: Handle, text: &str) -> Option<Device> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&keyring.open(&sealed, &device_context(handle))?).ok()
}

/// Differs from the context of each part, which begins with a number.
fn device_context(handle: Handle) -> Vec<u8> {
    format!("device.{handle}").into_bytes()
}

fn context(handle: Handle, version: u64) -> Vec<u8> {
    format!("{version}.{handle}").into_bytes()
}
