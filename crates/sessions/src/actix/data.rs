//! The application's data in the session of a request.

use actix_web::{HttpMessage, HttpRequest};
use serde::{Serialize, de::DeserializeOwned};

use crate::{LiveSession, Refusal, Sessions, UpdateError};

impl Sessions {
    /// Changes the application's data in the session of this request, which the response then
    /// contains. See [`Self::update_data`]. `NoSession` on a route without the guard.
    pub async fn update<T>(
        &self,
        request: &HttpRequest,
        change: impl Fn(&mut T),
    ) -> Result<LiveSession, UpdateError>
    where
        T: Default + DeserializeOwned + Serialize,
    {
        let live = self.update_data(current(request)?, change).await?;
        request.extensions_mut().insert(live.clone());
        Ok(live)
    }

    /// Returns the newest version of the session of this request, which the response then contains.
    /// See [`Self::newest_version`]. `NoSession` on a route without the guard.
    pub async fn newest(&self, request: &HttpRequest) -> Result<LiveSession, Refusal> {
        let live = self.newest_version(current(request)?).await?;
        request.extensions_mut().insert(live.clone());
        Ok(live)
    }
}

/// Returns the session that the guard found.
fn current(request: &HttpRequest) -> Result<LiveSession, Refusal> {
    let live = request.extensions().get::<LiveSession>().cloned();
    live.ok_or(Refusal::NoSession)
}
