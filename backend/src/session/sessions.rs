//! Everything about sessions that the routes need: how one begins, and how it ends.

use std::sync::Arc;

use actix_session::SessionMiddleware;
use actix_web::HttpRequest;
use anyhow::Context;
use jiff::Timestamp;

use super::{
    Description, FormerSession, Handle, SessionId, SessionIds, Settings, Store, StoreKind,
    Timeouts, UserSession,
    event_streams::{EventStream, TooMany},
    refresh::{Refresher, Renewal},
    request::{self, IdStore},
    revocation::Revocations,
    stores::{CreateError, Opened, open},
};
use crate::{
    background::Background,
    clock::Clock,
    cookies::Cookies,
    events::{self, EndedBy, Subject},
    metrics,
    oidc::{Client, Tokens},
    storage::{Unavailable, redis::Redis},
    user::User,
};

/// Everything about sessions that the routes need.
pub struct Sessions {
    pub(super) ids: SessionIds,
    pub(super) store: Store,
    pub(super) revocations: Arc<Revocations>,
    pub(super) refresher: Refresher,
    pub(super) provider: Arc<Client>,
    pub(super) clock: Clock,
    redis: Option<Arc<Redis>>,
    kind: StoreKind,
    cookies: Cookies,
    timeouts: Timeouts,
}

/// A session that is alive, under its public name. Handlers behind the guard get it as
/// `ReqData<LiveSession>`.
#[derive(Clone, Debug)]
pub struct LiveSession {
    /// Its public name.
    pub handle: Handle,
    /// The session, with tokens as fresh as the route asked for.
    pub session: Arc<UserSession>,
}

/// What a session begins with.
#[derive(Debug)]
#[expect(missing_docs, reason = "as in `UserSession`")]
pub struct NewSession {
    pub user: User,
    pub provider_session_id: Option<String>,
    pub user_agent: Option<String>,
    pub authenticated_at: Option<Timestamp>,
    pub tokens: Tokens,
}

impl Sessions {
    /// Opens the store.
    ///
    /// # Errors
    /// When it, or what was ended before its time, cannot be read: better not to start than to
    /// forget it.
    pub async fn open(
        settings: Settings,
        provider: Arc<Client>,
        background: &Background,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let Opened {
            store,
            revocations,
            redis,
        } = open(&settings, &clock).await?;
        let renewal = Renewal {
            provider: Arc::clone(&provider),
            store: store.clone(),
            redis: redis.clone(),
            background: background.clone(),
            clock: clock.clone(),
            unsaved: parking_lot::Mutex::default(),
        };
        Ok(Self {
            ids: SessionIds::new(&settings.secrets),
            store,
            revocations,
            refresher: Refresher::new(renewal, settings.token_expiration_buffer),
            provider,
            clock,
            redis,
            kind: settings.store,
            cookies: settings.cookies,
            timeouts: settings.timeouts,
        })
    }

    /// The middleware that carries the session id.
    pub fn id_cookie(&self) -> SessionMiddleware<IdStore> {
        request::id_cookie(self.cookies, self.timeouts.absolute)
    }

    /// Begins a session under a new id (no fixation), and only then ends the one that this browser
    /// had (ASVS 7.2.4): the request's own, else `former`. Gives back what names the new one.
    ///
    /// # Errors
    /// When the store cannot keep it. Nothing has changed then: the old session goes on.
    pub async fn begin(
        &self,
        request: &HttpRequest,
        new: NewSession,
        former: Option<FormerSession>,
    ) -> Result<FormerSession, CreateError> {
        let id = self.ids.mint();
        let handle = id.handle();
        let session = Arc::new(self.session(new));
        let surplus = self.store.create(handle, &session).await?;
        if let Some(former) = self.former(request).or(former) {
            self.end_former(request, former).await;
        }
        for (handle, session) in surplus {
            events::session_ended(Subject::new(&handle, &session.user.id), EndedBy::Limit);
            self.revoke(&session);
        }
        self.hand_out(request, &id, &session)?;
        ::metrics::counter!(metrics::BEGUN).increment(1);
        events::signed_in(Subject::new(&handle, &session.user.id));
        let held = self.store.left_to_browser(&session);
        Ok(FormerSession::new(handle, held, 0))
    }

    /// A session that begins now: later than whatever ended the sessions of its user.
    fn session(&self, new: NewSession) -> UserSession {
        let sid = new.provider_session_id.as_deref();
        let now = self.revocations.beginning(&new.user.id, sid);
        UserSession {
            generation: 1,
            user: new.user,
            provider_session_id: new.provider_session_id,
            user_agent: new.user_agent,
            authenticated_at: new.authenticated_at,
            created_at: now,
            ends_at: self.timeouts.latest_end(now),
            last_seen_at: now,
            tokens: new.tokens,
            description: Description::default(),
        }
    }

    fn hand_out(
        &self,
        request: &HttpRequest,
        id: &SessionId,
        session: &Arc<UserSession>,
    ) -> anyhow::Result<()> {
        request::hand_out(request, id).context("the id cannot be handed out")?;
        request::with_cookies(request, |cookies| {
            cookies.remove_former_parts(self.cookies);
            self.store.send(id.handle(), session, None, cookies)
        })
    }

    /// A stream of what happens to this session, which ends with it.
    ///
    /// # Errors
    /// When there are too many.
    pub fn follow(&self, live: LiveSession) -> Result<EventStream, TooMany> {
        let LiveSession { handle, session } = live;
        self.store.streams.open(self.store.clone(), handle, session)
    }

    /// Ends all streams, as this process is about to stop.
    pub fn close_streams(&self) {
        self.store.streams.close();
    }

    /// Whether the store, and what was ended before its time, can be read and written now.
    ///
    /// # Errors
    /// When they cannot.
    pub async fn check(&self) -> Result<(), Unavailable> {
        self.revocations.check().await?;
        match &self.redis {
            Some(redis) => redis.check().await,
            None => Ok(()),
        }
    }

    /// What several nodes share, where there is such a thing.
    pub fn redis(&self) -> Option<Arc<Redis>> {
        self.redis.clone()
    }

    /// Our cookies' names and attributes.
    pub fn cookies(&self) -> Cookies {
        self.cookies
    }

    /// How long a session lives.
    pub fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// Which store keeps the sessions, for whoever wants to know.
    pub fn kind(&self) -> StoreKind {
        self.kind
    }
}
