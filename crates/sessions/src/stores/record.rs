//! A session as a store outside the browser keeps it: sealed, so that whoever reads the store reads
//! no session.

use std::sync::Arc;

use sealed_cookies::Keyring;

use crate::{Handle, UserSession};

/// The form of what is sealed: this byte, then the session as JSON. The next form gets the next
/// number, and this one stays readable.
const FORMAT: u8 = 1;

/// The session in the form that is sealed, wherever it is kept.
pub(crate) fn encode(session: &UserSession) -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![FORMAT];
    serde_json::to_writer(&mut bytes, session)?;
    Ok(bytes)
}

/// The session that [`encode`] wrote; `None` for any other form.
pub(crate) fn decode(bytes: &[u8]) -> Option<Arc<UserSession>> {
    let (&FORMAT, json) = bytes.split_first()? else {
        return None;
    };
    serde_json::from_slice(json).ok().map(Arc::new)
}

/// The session, sealed for this handle and version alone.
pub(crate) fn seal(
    keyring: &Keyring,
    handle: Handle,
    session: &UserSession,
) -> anyhow::Result<Vec<u8>> {
    Ok(keyring.seal(&encode(session)?, &context(handle, session.version))?)
}

/// The session; `None` when it was sealed with a secret that is no longer listed, or is not what
/// was stored.
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
            "a stored session cannot be opened: its secret is not among SESSION_SECRETS, or it \
             is damaged"
        );
    }
    session
}

fn context(handle: Handle, version: u64) -> Vec<u8> {
    format!("{version}.{handle}").into_bytes()
}
