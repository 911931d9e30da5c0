//! The session of a request whose bodies are under way: the guard checks it only once, before.

use std::time::Duration;

use actix_web::{HttpRequest, rt::time::sleep, web::Data};
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
    /// Time at which the browser must show its bound cookie again.
    until: Option<Timestamp>,
}

impl SessionWatch {
    /// Watches the session of this request.
    pub(super) fn new(
        sessions: &Data<Sessions>,
        request: &HttpRequest,
        session: &LiveSession,
    ) -> Self {
        Self {
            sessions: sessions.clone(),
            session: session.clone(),
            until: sessions.proven_until(request, session),
        }
    }

    /// Checks that the session has not ended.
    ///
    /// # Errors
    /// As routes behind the guard.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        Ok(self.sessions.check_alive(&self.session, None)?)
    }

    /// Checks the same for an event stream, which also ends with the bound cookie of its request:
    /// the browser opens another. A download would be lost.
    ///
    /// # Errors
    /// As routes behind the guard.
    pub(super) fn check_event_stream(&self) -> Result<(), ApiError> {
        Ok(self.sessions.check_alive(&self.session, self.until)?)
    }

    /// Waits until the session has ended, or cannot be checked.
    pub(super) async fn ended(&self) -> ApiError {
        loop {
            sleep(CHECK_INTERVAL).await;
            if let Err(error) = self.check() {
                return error;
            }
        }
    }
}
