//! Sessions as applications see them: a new one, and one that is alive.

use std::sync::Arc;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::{Handle, SessionTokens, User, UserSession};

/// A session that is alive, and its handle. Handlers behind the guard get it as
/// `ReqData<LiveSession>`.
#[derive(Clone, Debug)]
pub struct LiveSession {
    /// The public name of the session.
    pub handle: Handle,
    /// The session, with tokens as fresh as the route requires.
    pub session: Arc<UserSession>,
}

impl LiveSession {
    /// Decodes the application's data: the default value if there are none yet, or if `T` does not
    /// accept them any more. [`crate::Sessions::update`] changes them.
    pub fn data<T: Default + DeserializeOwned>(&self) -> T {
        self.session.data.read()
    }
}

/// The contents of a new session.
#[derive(Debug)]
#[expect(missing_docs, reason = "as in `UserSession`")]
pub struct NewSession {
    pub user: User,
    pub provider_session_id: Option<String>,
    pub user_agent: Option<String>,
    pub authenticated_at: Option<Timestamp>,
    pub acr: Option<String>,
    pub amr: Vec<String>,
    /// The latest end, besides the absolute timeout.
    pub ends_at: Option<Timestamp>,
    pub tokens: SessionTokens,
}

impl NewSession {
    /// A session of this user. Set the other known fields.
    pub fn new(user: User, tokens: SessionTokens) -> Self {
        Self {
            user,
            provider_session_id: None,
            user_agent: None,
            authenticated_at: None,
            acr: None,
            amr: Vec::new(),
            ends_at: None,
            tokens,
        }
    }
}
