//! The session of a request whose bodies are under way: the guard checks it only once, before.

use std::time::Duration;

use actix_web::{rt::time::sleep, web::Data};
use jiff::Timestamp;
use sessions::{LiveSession, Sessions};

use crate::error::ApiError;

/// Interval of the checks.
pub(super) const CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// Checks one session while bodies are under way.
#[derive(Clone)]
pub(super) struct SessionWatch {
    sessions: Data<Sessions>,
    session: LiveSession,
}

impl SessionWatch {
    pub(super) fn new(sessions: &Data<Sessions>, session: &LiveSession) -> Self {
        Self {
            sessions: sessions.clone(),
            session: session.clone(),
        }
    }

    /// Checks that the session has not ended, and that `until` has not come: the time at which the
    /// browser must show its bound cookie again.
    ///
    /// # Errors
    /// As routes behind the guard.
    pub(super) fn check(&self, until: Option<Timestamp>) -> Result<(), ApiError> {
        Ok(self.sessions.check_alive(&self.session, until)?)
    }

    /// Waits until the session has ended, or cannot be checked.
    pub(super) async fn ended(&self) -> ApiError {
        loop {
            sleep(CHECK_INTERVAL).await;
            if let Err(error) = self.check(None) {
                return error;
            }
        }
    }
}
