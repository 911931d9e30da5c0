//! Sessions: every operation that needs no web framework; `actix` has those that need a request.

use std::sync::Arc;

use jiff::Timestamp;
use oidc_client::{Background, Client, LogoutClaims};
use revocation_list::Added;
use sealed_cookies::CookieNames;
use serde::{Serialize, de::DeserializeOwned};
#[cfg(feature = "redis")]
use storage::Redis;
use storage::{Clock, Unavailable};

use crate::{
    Audience, Handle, LiveSession, NewSession, PreviousSession, Refusal, SaveError, SessionId,
    SessionParts, SessionStore, Settings, SharedStore, StoreKind, Timeouts, UserSession,
    active_sessions::{self, EndError},
    begin, end,
    event_streams::{EventStream, TooMany},
    find::{self, Found},
    open,
    refresh::Freshness,
    state::State,
    update::{self, UpdateError},
};

/// The sessions of an application.
pub struct Sessions {
    pub(crate) state: State,
}

impl Sessions {
    /// Opens the store of `settings.store`. Fails if it, or the revocation list, is unavailable.
    pub async fn open(
        settings: Settings,
        provider: Arc<Client>,
        background: &Background,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let stores = open::open(&settings, &clock, None).await?;
        let state = State::new(stores, settings, provider, background, clock);
        Ok(Self { state })
    }

    /// Uses a store of your own in place of `settings.store`.
    pub async fn open_with(
        store: Arc<dyn SessionStore>,
        settings: Settings,
        provider: Arc<Client>,
        background: &Background,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let stores = open::open(&settings, &clock, Some(store)).await?;
        let state = State::new(stores, settings, provider, background, clock);
        Ok(Self { state })
    }

    /// Uses a store of your own that several nodes share without Redis.
    pub async fn open_shared(
        store: Arc<dyn SharedStore>,
        settings: Settings,
        provider: Arc<Client>,
        background: &Background,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let stores = open::open_shared(&settings, &clock, store).await?;
        let state = State::new(stores, settings, provider, background, clock);
        Ok(Self { state })
    }

    /// Creates a session under a new id (no fixation), and only then ends `previous`, the browser's
    /// previous session (ASVS 7.2.4).
    ///
    /// # Errors
    /// If it cannot be stored, or `previous` cannot be ended: there is no new session, but the
    /// user's sessions beyond the limit may have ended.
    pub async fn create(
        &self,
        new: NewSession,
        previous: Option<&PreviousSession>,
    ) -> Result<(SessionId, LiveSession), SaveError> {
        begin::create(&self.state, new, previous).await
    }

    /// Returns the id in a cookie's value, if this server made it.
    pub fn verify_id(&self, text: &str) -> Option<SessionId> {
        self.state.ids.verify(text)
    }

    /// Returns the session from its cookies or a cache, without I/O.
    pub fn find_without_io(&self, handle: Handle, cookies: &dyn SessionParts) -> Option<Found> {
        find::find_without_io(&self.state, handle, cookies)
    }

    /// Returns the session, alive or not. `found`: the result of [`Self::find_without_io`].
    ///
    /// # Errors
    /// `NoSession`; `Ended` if it was revoked and is not stored any more; `StoreUnavailable`.
    pub async fn find_session(
        &self,
        handle: Handle,
        found: Option<Found>,
    ) -> Result<Found, Refusal> {
        find::find(&self.state, handle, found).await
    }

    /// Returns the session with tokens that meet `need`, an API's or its own. `by`: the request.
    ///
    /// # Errors
    /// `Ended` if the provider refuses the refresh; `ProviderUnavailable`, `StoreUnavailable`.
    pub async fn refresh(
        &self,
        live: LiveSession,
        need: Freshness,
        audience: Option<&Arc<Audience>>,
        by: impl Fn() -> String,
    ) -> Result<LiveSession, Refusal> {
        find::refresh(&self.state, live, need, audience, by).await
    }

    /// Records that a request used the session: at most once a minute, or ten times within a
    /// shorter idle timeout.
    pub async fn note_use(
        &self,
        live: LiveSession,
        by: impl FnOnce() -> String,
    ) -> Result<LiveSession, Refusal> {
        find::note_use(&self.state, live, by).await
    }

    /// Sends the browser the session if it is stored in cookies and the browser has another version
    /// than it sent (`arrived`). Returns `true` if it was sent.
    pub fn send(
        &self,
        live: &LiveSession,
        arrived: Option<u64>,
        cookies: &mut dyn SessionParts,
    ) -> anyhow::Result<bool> {
        let store = &self.state.store;
        store.send(live.handle, &live.session, arrived, cookies)
    }

    /// Applies `change` to the newest data of the application in the session, again if another
    /// request was faster, and stores the result, which [`Self::send`] sends to the browser.
    pub async fn update_data<T: Default + DeserializeOwned + Serialize>(
        &self,
        live: LiveSession,
        change: impl Fn(&mut T),
    ) -> Result<LiveSession, UpdateError> {
        update::update(&self.state, live, change).await
    }

    /// Returns the newest version of the session. The cookies of a request may be older than a
    /// change on another node, or whose response the browser does not have yet.
    pub async fn newest_version(&self, live: LiveSession) -> Result<LiveSession, Refusal> {
        update::newest(&self.state, live).await
    }

    /// Ends a session for its user (ASVS 7.4.1): first on every node, then in the store; its
    /// refresh token is revoked in the background.
    ///
    /// # Errors
    /// If it could not be revoked. The session is still alive.
    pub async fn end_session(&self, live: LiveSession) -> Result<end::Ended, Unavailable> {
        end::sign_out(&self.state, live).await
    }

    /// Returns the user's sessions, the last used first; with sessions in cookies only the current.
    pub async fn list(&self, current: &LiveSession) -> Result<Vec<LiveSession>, Unavailable> {
        active_sessions::list(&self.state, current).await
    }

    /// Ends another session of the user.
    pub async fn end_other(&self, current: &LiveSession, handle: Handle) -> Result<(), EndError> {
        active_sessions::end_other(&self.state, current, handle).await
    }

    /// Ends all of the user's sessions, or all others, also those that no store lists.
    pub async fn end_all_of_user(
        &self,
        current: &LiveSession,
        others_only: bool,
    ) -> Result<(), EndError> {
        active_sessions::end_all(&self.state, current, others_only).await
    }

    /// Ends the sessions that a logout token of the provider names (OpenID Connect Back-Channel
    /// Logout 1.0 section 2.7): those of one session at the provider, or else all of a user. Spares
    /// sessions that began more than [`Client::CLOCK_SKEW`] after the token was issued. A token
    /// counts once, on all nodes together.
    ///
    /// # Errors
    /// If they could not be revoked. They may still be alive.
    pub async fn end_by_provider(&self, token: LogoutClaims) -> Result<Added, Unavailable> {
        active_sessions::end_by_provider(&self.state, token).await
    }

    /// Returns the expiry of the access token if it has passed because the provider is unavailable.
    pub fn unverified_since(&self, session: &UserSession) -> Option<Timestamp> {
        let expired_at = session.tokens.access_token_expires_at;
        (expired_at <= self.state.clock.now()).then_some(expired_at)
    }

    /// Opens an event stream of the session, which ends with it.
    pub fn follow(&self, live: LiveSession) -> Result<EventStream, TooMany> {
        let store = Arc::clone(&self.state.store);
        self.state.streams.open(store, live.handle, live.session)
    }

    /// Ends all event streams at shutdown.
    pub fn close_streams(&self) {
        self.state.streams.close();
    }

    /// Checks that the list of revoked sessions and Redis are available.
    pub async fn check(&self) -> Result<(), Unavailable> {
        self.state.check().await
    }

    /// The Redis that several nodes share.
    #[cfg(feature = "redis")]
    pub fn redis(&self) -> Option<Arc<Redis>> {
        self.state.redis.clone()
    }

    /// Names and attributes of the session cookies.
    pub fn cookies(&self) -> CookieNames {
        self.state.settings.cookies
    }

    /// Returns `true` if sessions can be bound to devices.
    pub fn binds_devices(&self) -> bool {
        self.state.devices.is_some()
    }

    /// The timeouts of sessions.
    pub fn timeouts(&self) -> &Timeouts {
        &self.state.settings.timeouts
    }

    /// The kind of the store, unless it is one of your own.
    pub fn kind(&self) -> StoreKind {
        self.state.settings.store
    }

    /// The name of this node.
    pub fn node(&self) -> &str {
        &self.state.settings.node
    }
}
