//! A session as a store outside the browser keeps it: sealed, so that whoever reads the store reads no session.

use std::sync::Arc;

use crate::session::{Handle, UserSession, keys::Sealer};

/// What became of a write that replaces one version by the next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Replaced {
    /// The store holds the new version.
    Yes,
    /// The session has ended; nothing was written.
    Ended,
    /// Another version was there already; nothing was written.
    Outdated,
}

/// The session as JSON, sealed for this session and version alone.
pub(crate) fn seal(
    sealer: &Sealer,
    handle: &Handle,
    session: &UserSession,
) -> anyhow::Result<Vec<u8>> {
    sealer.seal(
        &serde_json::to_vec(session)?,
        &context(handle, session.generation),
    )
}

/// The session's JSON; `None` when it was sealed with a secret that is no longer listed, or is not what was stored.
pub(crate) fn open(
    sealer: &Sealer,
    handle: &Handle,
    generation: u64,
    sealed: &[u8],
) -> Option<Arc<str>> {
    let json = sealer
        .open(sealed, &context(handle, generation))
        .and_then(|json| String::from_utf8(json).ok());
    if json.is_none() {
        tracing::warn!(
            "a stored session cannot be opened: its secret is not among SESSION_SECRETS, or it is damaged"
        );
    }
    json.map(Arc::from)
}

fn context(handle: &Handle, generation: u64) -> Vec<u8> {
    format!("{generation}.{handle}").into_bytes()
}

/// A value whose number a script can compare: `number.value`.
#[must_use]
pub fn numbered(number: u64, value: &[u8]) -> Vec<u8> {
    [format!("{number}.").as_bytes(), value].concat()
}

/// Takes a numbered value apart.
#[must_use]
pub fn number_and_value(numbered: &[u8]) -> Option<(u64, &[u8])> {
    let dot = numbered.iter().position(|byte| *byte == b'.')?;
    let number = std::str::from_utf8(&numbered[..dot]).ok()?.parse().ok()?;
    Some((number, &numbered[dot + 1..]))
}
