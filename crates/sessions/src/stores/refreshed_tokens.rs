//! Refreshed tokens that a browser's cookies may not contain yet.
//!
//! A response can be lost or overtaken by an older one, and other nodes do not see it. So the
//! newest tokens of a client-side session are kept for the idle timeout: in memory, and in Redis if
//! there are several nodes.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;

use crate::{
    Handle, SessionTokens, UserSession,
    nodes::{Nodes, Refreshed},
    stores::StoreResult,
};

/// Bytes of tokens in memory.
const CAPACITY: u64 = 64 * 1024 * 1024;

/// The newest tokens of client-side sessions.
pub struct RefreshedTokens {
    here: Cache<Handle, SessionTokens>,
    nodes: Option<Arc<dyn Nodes>>,
    lifetime: Duration,
}

impl RefreshedTokens {
    /// `lifetime`: the idle timeout, within which a browser may send old tokens.
    pub(crate) fn new(lifetime: Duration, nodes: Option<Arc<dyn Nodes>>) -> Self {
        let weight = |_: &Handle, tokens: &SessionTokens| {
            u32::try_from(tokens.text_length() + 300).unwrap_or(u32::MAX)
        };
        Self {
            here: Cache::builder()
                .max_capacity(CAPACITY)
                .weigher(weight)
                .time_to_live(lifetime)
                .build(),
            nodes,
            lifetime,
        }
    }

    /// Returns the session with the newest tokens in memory.
    pub(crate) fn newest_in_memory(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
    ) -> Arc<UserSession> {
        with_newer(session, self.here.get(&handle))
    }

    /// Returns the session with the newest tokens of all nodes, or `None` if it has ended: the mark
    /// in the place of its tokens may arrive before the revocation.
    pub(crate) async fn newest(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
    ) -> StoreResult<Option<Arc<UserSession>>> {
        if let Some(nodes) = &self.nodes {
            match nodes.refreshed_tokens(handle).await? {
                Refreshed::Ended => return Ok(None),
                Refreshed::Tokens(tokens) if is_newer(&tokens, session) => {
                    self.here.insert(handle, tokens);
                }
                _ => {}
            }
        }
        Ok(Some(self.newest_in_memory(handle, session)))
    }

    /// Stores new tokens for the idle timeout; in Redis, unless the stored ones were refreshed as
    /// often. Returns the session with the stored tokens, or `None` if it has ended.
    pub(crate) async fn keep(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
        tokens: &SessionTokens,
    ) -> StoreResult<Option<Arc<UserSession>>> {
        let mut kept = tokens.clone();
        if let Some(nodes) = &self.nodes {
            match nodes
                .keep_refreshed_tokens(handle, tokens, self.lifetime)
                .await?
            {
                Refreshed::Ended => return Ok(None),
                Refreshed::Tokens(tokens) => kept = tokens,
                Refreshed::None => {}
            }
        }
        self.here.insert(handle, kept.clone());
        Ok(Some(Arc::new(session.with_tokens(kept))))
    }

    /// Replaces the tokens in Redis by the mark of an ended session, and returns the last version.
    /// The tokens in memory stay until they expire.
    pub(crate) async fn end(
        &self,
        handle: Handle,
        session: &Arc<UserSession>,
    ) -> StoreResult<Arc<UserSession>> {
        let mut last = self.here.get(&handle);
        if let Some(nodes) = &self.nodes
            && let Refreshed::Tokens(tokens) =
                nodes.end_refreshed_tokens(handle, self.lifetime).await?
            && is_newer(&tokens, session)
        {
            last = Some(tokens);
        }
        Ok(with_newer(session, last))
    }
}

fn with_newer(session: &Arc<UserSession>, tokens: Option<SessionTokens>) -> Arc<UserSession> {
    match tokens.filter(|tokens| is_newer(tokens, session)) {
        Some(tokens) => Arc::new(session.with_tokens(tokens)),
        None => Arc::clone(session),
    }
}

fn is_newer(tokens: &SessionTokens, session: &UserSession) -> bool {
    tokens.refresh_count > session.tokens.refresh_count
}
