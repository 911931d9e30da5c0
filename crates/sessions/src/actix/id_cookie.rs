//! The cookie with the session id: actix-session makes, signs, replaces and deletes it.
//!
//! The actix-session store stores nothing: its session key is our session id. [`id_of`] verifies
//! the id, and the crate's own stores look it up.

use actix_session::{
    SessionExt, SessionMiddleware,
    config::{CookieContentSecurity, PersistentSession},
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::{
    HttpRequest,
    cookie::{Key, SameSite, time::Duration},
};
use sealed_cookies::CookieNames;

use crate::{SessionId, Sessions};

/// The only key of actix-session's state.
const ID: &str = "id";

/// The key with which actix-session signs the cookie. It is public and protects nothing, on
/// purpose: actix-session takes a single key, which could not be rotated. The signed value is a
/// [`SessionId`], whose own tag is made with `Settings::secrets` and checked by [`id_of`].
/// Elsewhere a constant key would let everybody forge sessions: do not copy this line alone.
const UNUSED_SIGNATURE_KEY: [u8; 64] = [0; 64];

type State = std::collections::HashMap<String, String>;

/// The actix-session store, which stores nothing.
pub struct IdStore;

/// actix-session's middleware. `max_age` is the lifetime of the cookie in the browser.
/// Security rests on the tag of the id, not on the signature, see [`UNUSED_SIGNATURE_KEY`].
pub(super) fn id_cookie(
    names: CookieNames,
    max_age: std::time::Duration,
) -> SessionMiddleware<IdStore> {
    let max_age = Duration::try_from(max_age).unwrap_or(Duration::MAX);
    SessionMiddleware::builder(IdStore, Key::from(&UNUSED_SIGNATURE_KEY))
        .cookie_name(names.base_name())
        .cookie_secure(names.is_secure())
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Strict)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(PersistentSession::default().session_ttl(max_age))
        .build()
}

/// Returns the id in the request, if this server made it.
pub(super) fn id_of(request: &HttpRequest, sessions: &Sessions) -> Option<SessionId> {
    sessions.verify_id(request.get_session().entries().get(ID)?)
}

/// Sets this id in the response (a new one at each sign-in: no fixation, ASVS 7.2.4).
pub(super) fn set_id(request: &HttpRequest, id: &SessionId) -> anyhow::Result<()> {
    let session = request.get_session();
    session.renew();
    Ok(session.insert(ID, id)?)
}

/// Deletes the id in the response.
pub(super) fn remove_id(request: &HttpRequest) {
    request.get_session().purge();
}

impl SessionStore for IdStore {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let id = key.as_ref().to_owned();
        Ok(Some(State::from([(ID.to_owned(), id)])))
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let json = state.get(ID).map_or("null", String::as_str);
        let id: SessionId =
            serde_json::from_str(json).map_err(|error| SaveError::Serialization(error.into()))?;
        SessionKey::try_from(id.expose().to_owned()).map_err(|error| SaveError::Other(error.into()))
    }

    async fn update(
        &self,
        key: SessionKey,
        _: State,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, _: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(())
    }
}
