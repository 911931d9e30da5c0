//! Client-side sessions: the browser is the store. One cookie contains the id, further cookies the
//! sealed session.
//!
//! Limits: a session must fit into `Settings::cookie_budget`, and a user's sessions cannot be
//! listed. If two responses arrive in the wrong order, the browser keeps the older cookies; they
//! still work, see `refreshed_tokens`.

use std::{num::NonZeroUsize, sync::Arc};

use async_trait::async_trait;
use futures_util::future::try_join;
use jiff::Timestamp;
use sealed_cookies::{CookieNames, Keyring};

use super::{
    SaveError, StoreResult, StoredSession, TooLarge, WriteOutcome,
    backend::{Bound, SessionBackend, SessionParts},
    changed_data::ChangedData,
    record,
    refreshed_tokens::RefreshedTokens,
    unsealed::UnsealedSessions,
};
use crate::{Device, Handle, SessionTokens, Settings, UserSession, nodes::Nodes, purposes};

/// Bytes of the id's cookie and its separator: its name, actix-session's signature (44 characters,
/// each possibly percent-encoded) and the id.
const ID_BYTES: usize = 24 + 1 + 3 * 44 + 68 + 2;
/// Bytes of the budget that data leave for larger tokens, which would otherwise end the session.
const TOKEN_GROWTH: usize = 512;
/// Bytes of the bound cookie, and of that with the device.
const DEVICE_COOKIES: usize = 900;

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
    changed: ChangedData,
    unsealed: UnsealedSessions,
}

impl BrowserSessions {
    fn new(settings: &Settings, nodes: Option<Arc<dyn Nodes>>) -> Self {
        Self {
            keyring: Keyring::new(&settings.secrets, purposes::SESSION),
            names: settings.cookies,
            budget: settings.cookie_budget,
            refreshed: RefreshedTokens::new(settings.timeouts.idle, nodes.clone()),
            changed: ChangedData::new(settings.timeouts.absolute, nodes),
            unsealed: UnsealedSessions::new(),
        }
    }

    /// Checks that the session's cookies stay within the budget, less `spare` bytes.
    fn check(&self, handle: Handle, session: &UserSession, spare: usize) -> Result<(), SaveError> {
        let parts = self.seal(handle, session)?;
        let name = self.names.part(&handle, parts.len());
        // `=` between name and value, `; ` after each cookie.
        let bytes = |value: &String| name.len() + 1 + value.len() + 2;
        let size = ID_BYTES + parts.iter().map(bytes).sum::<usize>();
        let device = session.device.as_ref().map_or(0, |_| DEVICE_COOKIES);
        let budget = self.budget.saturating_sub(spare + device);
        if size > budget {
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
        if let Some(session) = self.unsealed.get(handle, cookies) {
            return Some((session, true));
        }
        let part = |index| cookies.part(handle, index);
        let parts = self.keyring.open_parts(&handle.to_string(), part)?;
        let mut session = record::decode(&parts.plaintext)?;
        let device = cookies.device(handle);
        let device = device.and_then(|text| record::open_device(&self.keyring, handle, text));
        if device.is_some() {
            Arc::make_mut(&mut session).device = device;
        }
        self.unsealed.insert(handle, cookies, parts.count, &session);
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
        // A slow response contains the tokens that were refreshed, and the data that were changed,
        // since its request.
        let newest = self.refreshed.newest_in_memory(handle, session);
        let newest = self.changed.newest_in_memory(handle, newest);
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
        Arc::new(own.with_tokens_of(&newer))
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
        self.check(handle, session, 0)?;
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
        let tokens = self.refreshed.newest(handle, held);
        let (newest, ()) = try_join(tokens, self.changed.fetch(handle)).await?;
        Ok(newest.map(|newest| self.changed.newest_in_memory(handle, newest)))
    }

    async fn keep_tokens(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &SessionTokens,
    ) -> Result<Option<Arc<UserSession>>, SaveError> {
        self.check(handle, &session.with_tokens(tokens.clone()), 0)?;
        Ok(self.refreshed.keep(handle, session, tokens).await?)
    }

    async fn keep_data(
        &self,
        handle: Handle,
        session: &UserSession,
    ) -> Result<WriteOutcome, SaveError> {
        self.check(handle, session, TOKEN_GROWTH)?;
        Ok(self.changed.keep(handle, &session.data).await?)
    }

    fn is_in_cookies(&self) -> bool {
        true
    }

    async fn bind(&self, _: Handle, _: &Device) -> StoreResult<Bound> {
        Ok(Bound::InCookies)
    }

    fn has_room_for_device(&self, handle: Handle, session: &UserSession) -> bool {
        let spare = DEVICE_COOKIES + TOKEN_GROWTH;
        self.check(handle, session, spare).is_ok()
    }

    fn seal_device(&self, handle: Handle, device: &Device) -> anyhow::Result<Option<String>> {
        record::seal_device(&self.keyring, handle, device).map(Some)
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
