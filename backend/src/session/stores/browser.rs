//! Client-side sessions: the browser is the datastore. One cookie holds the id, further cookies the
//! sealed session.
//!
//! Limits: a session must fit into `COOKIE_BUDGET`, and nobody can count a user's sessions. Two
//! responses that arrive in the wrong order leave the older cookies; they still work, see
//! `successors`.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use moka::sync::Cache;

use super::{TooLarge, chunks, record, successors::Successors};
use crate::{
    cookies::Cookies,
    sealing::{SEAL_OVERHEAD, Sealer},
    session::{Handle, Timeouts, UserSession, request::SessionCookies},
};

/// Bytes of opened cookies that are remembered.
const CAPACITY: u64 = 16 * 1024 * 1024;
/// Bytes of the id's cookie, with what separates it from the next: its name, actix-session's
/// signature (44 characters, each perhaps percent-encoded) and the id.
const ID_BYTES: usize = 24 + 1 + 3 * 44 + 68 + 2;

/// Seals sessions into cookies and opens them again.
pub struct BrowserStore {
    sealer: Sealer,
    cookies: Cookies,
    budget: usize,
    timeouts: Timeouts,
    /// What the browser does not hold yet.
    pub(crate) successors: Successors,
    /// What was opened before, so that the next request with the same cookies opens nothing.
    opened: Cache<Handle, Opened>,
}

#[derive(Clone)]
struct Opened {
    /// The cookies' values, one after the other.
    text: Arc<str>,
    session: Arc<UserSession>,
}

impl BrowserStore {
    pub(crate) fn new(
        sealer: Sealer,
        cookies: Cookies,
        budget: usize,
        timeouts: Timeouts,
        successors: Successors,
    ) -> Self {
        let weight = |_: &Handle, opened: &Opened| {
            let text = u32::try_from(opened.text.len()).unwrap_or(u32::MAX);
            opened.session.weight().saturating_add(text)
        };
        Self {
            sealer,
            cookies,
            budget,
            timeouts,
            successors,
            opened: Cache::builder()
                .max_capacity(CAPACITY)
                .weigher(weight)
                .build(),
        }
    }

    /// The session in these cookies, and whether they were opened before.
    pub(crate) fn open(
        &self,
        handle: Handle,
        cookies: &SessionCookies,
    ) -> Option<(Arc<UserSession>, bool)> {
        if let Some(opened) = self.opened.get(&handle)
            && is_same(&opened.text, handle, cookies)
        {
            return Some((opened.session, true));
        }
        let joined = chunks::join(|index| cookies.part(handle, index))?;
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(&joined.sealed).ok()?;
        let context = context(handle, joined.generation, joined.count);
        let session = record::decode(&self.sealer.open(&sealed, &context)?)?;
        let parts = (0..joined.count).filter_map(|index| cookies.part(handle, index));
        let text = parts.collect::<String>().into();
        let opened = Opened {
            text,
            session: Arc::clone(&session),
        };
        self.opened.insert(handle, opened);
        Some((session, false))
    }

    /// The answer sets the cookies of this session.
    pub(crate) fn send(
        &self,
        handle: Handle,
        session: &UserSession,
        cookies: &mut SessionCookies,
    ) -> anyhow::Result<()> {
        let parts = self.seal(handle, session)?;
        // A shorter version leaves parts of the longer one behind.
        cookies.remove_parts(self.cookies, handle, parts.len());
        for (index, value) in parts.into_iter().enumerate() {
            let name = self.cookies.part(&handle, index);
            let cookie = self.cookies.build(name, value, self.timeouts.absolute);
            cookies.set(cookie);
        }
        Ok(())
    }

    /// Whether the session's cookies stay within the budget; else how large they are.
    pub(crate) fn check(&self, handle: Handle, session: &UserSession) -> anyhow::Result<()> {
        let parts = self.seal(handle, session)?;
        let name = self.cookies.part(&handle, parts.len());
        // Between name and value stands `=`, after each cookie `; `.
        let bytes = |value: &String| name.len() + 1 + value.len() + 2;
        let size = ID_BYTES + parts.iter().map(bytes).sum::<usize>();
        if size > self.budget {
            let budget = self.budget;
            return Err(TooLarge { size, budget }.into());
        }
        Ok(())
    }

    fn seal(&self, handle: Handle, session: &UserSession) -> anyhow::Result<Vec<String>> {
        let plain = record::encode(session)?;
        let count = chunks::parts_for((plain.len() + SEAL_OVERHEAD).saturating_mul(4).div_ceil(3));
        let context = context(handle, session.generation, count);
        let sealed = BASE64_URL_SAFE_NO_PAD.encode(self.sealer.seal(&plain, &context)?);
        Ok(chunks::split(&sealed, session.generation))
    }
}

/// What a sealed session is bound to: parts of another session, version or number never open
/// together.
fn context(handle: Handle, generation: u64, count: usize) -> Vec<u8> {
    format!("{generation}.{count}.{handle}").into_bytes()
}

/// Whether the cookies are those of `text`, byte for byte.
fn is_same(text: &str, handle: Handle, cookies: &SessionCookies) -> bool {
    let mut rest = text;
    for index in 0.. {
        if rest.is_empty() {
            break;
        }
        match cookies
            .part(handle, index)
            .map(|part| rest.strip_prefix(part))
        {
            Some(Some(after)) if after.len() < rest.len() => rest = after,
            _ => return false,
        }
    }
    !text.is_empty()
}
