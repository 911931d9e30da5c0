//! Client-side sessions: the browser is the datastore. The cookie of actix-session holds the id, further cookies the
//! sealed session; what was ended before its time is on the revocation list.
//!
//! Limits: a session must fit into `COOKIE_BUDGET`, and nobody can count a user's sessions. Two responses that arrive
//! in the wrong order leave the older cookies; they still work, see `refresh::newest_tokens`.

use std::sync::Arc;

use actix_session::storage::SessionKey;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;

use super::{Replaced, StoreUnavailable};
use crate::{
    clock::Clock,
    session::{
        Handle, Timeouts, UserSession,
        cookies::{self, Cookies},
        exchange::{self, Outcome},
        keys::{SEAL_OVERHEAD, Sealer},
        refresh::Successors,
        revocation::{Revocation, Revocations, Subject},
    },
};

/// The cookies of a session would take more than the budget: browsers or proxies would drop them.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the session takes {size} bytes of cookies, the budget (COOKIE_BUDGET) is {budget}")]
pub struct TooLarge {
    /// Bytes of all session cookies, names and values.
    pub size: usize,
    /// Bytes allowed.
    pub budget: usize,
}

/// Seals sessions into cookies and opens them again.
pub struct BrowserStore {
    pub(crate) sealer: Sealer,
    pub(crate) cookies: Cookies,
    pub(crate) budget: usize,
    pub(crate) revocations: Arc<Revocations>,
    pub(crate) successors: Arc<Successors>,
    pub(crate) timeouts: Timeouts,
    pub(crate) clock: Clock,
}

impl BrowserStore {
    pub(crate) fn load(&self, id: &SessionKey) -> Option<Arc<str>> {
        let received = exchange::with(|exchange| std::mem::take(&mut exchange.received))?;
        let joined = cookies::join(&received)?;
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(&joined.sealed).ok()?;
        let json = self
            .sealer
            .open(&sealed, &context(id, joined.generation, joined.count))?;
        Some(String::from_utf8(json).ok()?.into())
    }

    pub(crate) fn replace(
        &self,
        id: &SessionKey,
        session: &UserSession,
    ) -> Result<Replaced, StoreUnavailable> {
        if self.revocations.contain(&Handle::of(id), session)? {
            return Ok(Replaced::Ended);
        }
        // A slow answer brings the tokens that were renewed meanwhile, not those it began with.
        match self
            .successors
            .newest_here(&Handle::of(id), &session.tokens)
        {
            Some(tokens) => self.seal(
                id,
                &UserSession {
                    tokens,
                    ..session.clone()
                },
            )?,
            None => self.seal(id, session)?,
        }
        Ok(Replaced::Yes)
    }

    pub(crate) fn seal(&self, id: &SessionKey, session: &UserSession) -> anyhow::Result<()> {
        let json = serde_json::to_vec(session)?;
        let count = cookies::parts_for(encoded_length(json.len()));
        let sealed = self
            .sealer
            .seal(&json, &context(id, session.generation, count))?;
        let parts = cookies::split(&BASE64_URL_SAFE_NO_PAD.encode(sealed), session.generation);
        exchange::with(|exchange| exchange.outcome = Outcome::Written(parts));
        Ok(())
    }

    pub(crate) fn admits(&self, session: &UserSession) -> Result<(), TooLarge> {
        let json = serde_json::to_vec(session).map_or(usize::MAX / 2, |json| json.len());
        let sealed = encoded_length(json);
        let count = cookies::parts_for(sealed);
        // Each part has a name, `=`, its header and the `; ` between cookies; the id's cookie is signed by actix-session,
        // which may percent-encode every character of the signature.
        let part = self.cookies.part(count).len()
            + 1
            + format!("{}.{count}.", session.generation).len()
            + 2;
        let id = self.cookies.session().len() + 1 + 3 * 44 + 43;
        let size = sealed + count * part + id;
        if size > self.budget {
            Err(TooLarge {
                size,
                budget: self.budget,
            })
        } else {
            Ok(())
        }
    }

    pub(crate) async fn end(
        &self,
        handle: &Handle,
        until: Timestamp,
    ) -> Result<(), StoreUnavailable> {
        self.revocations
            .add(Revocation::of(Subject::session(*handle), until))
            .await
            .map(|_| ())
    }

    /// When a session whose beginning is not known ends at the latest.
    pub(crate) fn latest_end(&self) -> Timestamp {
        self.timeouts.latest_end(self.clock.now())
    }
}

impl std::fmt::Debug for BrowserStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserStore")
    }
}

/// What a sealed session is bound to: parts of another session, version or number never open together.
fn context(id: &SessionKey, generation: u64, count: usize) -> Vec<u8> {
    format!("{generation}.{count}.{}", id.as_ref()).into_bytes()
}

/// Characters that a sealed value of this many bytes takes in unpadded base64.
fn encoded_length(plaintext: usize) -> usize {
    (plaintext + SEAL_OVERHEAD).saturating_mul(4).div_ceil(3)
}
