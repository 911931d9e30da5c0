//! Client-side sessions: the browser is the store. One cookie contains the id, further cookies the
//! sealed session.
//!
//! Limits: a session must fit into `Settings::cookie_budget`, and a user's sessions cannot be
//! listed. If two responses arrive in the wrong order, the browser keeps the older cookies; they
//! still work, see `refreshed_tokens`.

use std::{num::NonZeroUsize, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use moka::sync::Cache;
use sealed_cookies::{CookieNames, Keyring};

use super::{
    SaveError, StoreResult, StoredSession, TooLarge, WriteOutcome,
    backend::{SessionBackend, SessionParts},
    record,
    refreshed_tokens::RefreshedTokens,
};
use crate::{Handle, SessionTokens, Settings, UserSession, nodes::Nodes, purposes};

/// Bytes of the cache of unsealed cookies.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes of the id's cookie and its separator: its name, actix-session's signature (44 characters,
/// each possibly percent-encoded) and the id.
const ID_BYTES: usize = 24 + 1 + 3 * 44 + 68 + 2;

/// Opens client-side sessions.
pub(crate) fn open(settings: &Settings, nodes: Option<Arc<dyn Nodes>>) -> Box<dyn SessionBackend> {
    Box::new(BrowserSessions::new(settings, nodes))
}

/// Seals sessions into cookies and unseals them.
struct BrowserSessions {
    keyring: Keyring,
    names: CookieNames,
    /// Bytes that all session cookies together may take.
    budget: usize,
    refreshed: RefreshedTokens,
    unsealed: Cache<Handle, Unsealed>,
}

/// A session that was unsealed before, so that the same cookies need not be unsealed again.
#[derive(Clone)]
struct Unsealed {
    /// The values of the cookies, one after the other.
    text: Arc<str>,
    session: Arc<UserSession>,
}

impl BrowserSessions {
    fn new(settings: &Settings, nodes: Option<Arc<dyn Nodes>>) -> Self {
        let weight = |_: &Handle, unsealed: &Unsealed| {
            let text = u32::try_from(unsealed.text.len()).unwrap_or(u32::MAX);
            unsealed.session.weight().saturating_add(text)
        };
        let unsealed = Cache::builder().max_capacity(CACHE_BYTES).weigher(weight);
        Self {
            keyring: Keyring::new(&settings.secrets, purposes::SESSION),
            names: settings.cookies,
            budget: settings.cookie_budget,
            refreshed: RefreshedTokens::new(settings.timeouts.idle, nodes),
            unsealed: unsealed.build(),
        }
    }

    /// Checks that the session's cookies stay within the budget.
    fn check(&self, handle: Handle, session: &UserSession) -> Result<(), SaveError> {
        let parts = self.seal(handle, session)?;
        let name = self.names.part(&handle, parts.len());
        // `=` between name and value, `; ` after each cookie.
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
        let name = handle.to_string();
        Ok(self.keyring.seal_parts(&plain, &name, session.version)?)
    }
}

#[async_trait]
impl SessionBackend for BrowserSessions {
    fn find_without_io(
        &self,
        handle: Handle,
        cookies: &dyn SessionParts,
    ) -> Option<(Arc<UserSession>, bool)> {
        if let Some(unsealed) = self.unsealed.get(&handle)
            && is_same(&unsealed.text, handle, cookies)
        {
            return Some((unsealed.session, true));
        }
        let part = |index| cookies.part(handle, index);
        let parts = self.keyring.open_parts(&handle.to_string(), part)?;
        let session = record::decode(&parts.plaintext)?;
        let parts = (0..parts.count).filter_map(|index| cookies.part(handle, index));
        let text = parts.collect::<String>().into();
        let unsealed = Unsealed {
            text,
            session: Arc::clone(&session),
        };
        self.unsealed.insert(handle, unsealed);
        Some((session, false))
    }

    fn session_in_cookies(
        &self,
        handle: Handle,
        cookies: &dyn SessionParts,
    ) -> Option<Arc<UserSession>> {
        self.find_without_io(handle, cookies)
            .map(|(session, _)| session)
    }

    fn version_to_send(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        arrived: Option<u64>,
    ) -> Option<Arc<UserSession>> {
        // A slow response contains the tokens that were refreshed since its request.
        let newest = self.refreshed.newest_in_memory(handle, session);
        (arrived != Some(newest.version)).then_some(newest)
    }

    fn send(
        &self,
        handle: Handle,
        session: &UserSession,
        cookies: &mut dyn SessionParts,
    ) -> anyhow::Result<()> {
        cookies.set_parts(handle, self.seal(handle, session)?);
        Ok(())
    }

    fn merge_refreshed(&self, own: &Arc<UserSession>, newer: Arc<UserSession>) -> Arc<UserSession> {
        Arc::new(own.with_tokens(newer.tokens.clone()))
    }

    fn cached(&self, _: Handle) -> Option<Arc<UserSession>> {
        None
    }

    async fn load(&self, _: Handle) -> StoreResult<Option<Arc<UserSession>>> {
        Ok(None)
    }

    async fn create(
        &self,
        handle: Handle,
        session: &UserSession,
        _: NonZeroUsize,
    ) -> Result<Vec<StoredSession>, SaveError> {
        self.check(handle, session)?;
        Ok(Vec::new())
    }

    async fn replace(&self, _: Handle, _: &UserSession) -> StoreResult<WriteOutcome> {
        Ok(WriteOutcome::Written)
    }

    async fn touch(
        &self,
        _: Handle,
        session: Arc<UserSession>,
        now: Timestamp,
    ) -> Option<Arc<UserSession>> {
        Some(Arc::new(session.used_at(now)))
    }

    async fn newest(
        &self,
        handle: Handle,
        held: &Arc<UserSession>,
    ) -> StoreResult<Option<Arc<UserSession>>> {
        self.refreshed.newest(handle, held).await
    }

    async fn keep_tokens(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &SessionTokens,
    ) -> Result<Option<Arc<UserSession>>, SaveError> {
        self.check(handle, &session.with_tokens(tokens.clone()))?;
        Ok(self.refreshed.keep(handle, session, tokens).await?)
    }

    async fn delete(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
    ) -> StoreResult<Option<Arc<UserSession>>> {
        self.refreshed.end(handle, session).await.map(Some)
    }

    async fn sessions_of(
        &self,
        _: &str,
        current: StoredSession,
    ) -> StoreResult<Vec<StoredSession>> {
        Ok(vec![current])
    }
}

/// Returns `true` if the cookies are those of `text`, byte for byte.
fn is_same(text: &str, handle: Handle, cookies: &dyn SessionParts) -> bool {
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
