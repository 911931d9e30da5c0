//! The session itself: what it is, how it is kept, how a request gets it, and how it ends.

mod cookies;
mod exchange;
pub mod guard;
mod id;
mod keys;
mod of_a_user;
mod open;
mod refresh;
pub mod revocation;
mod revoked;
mod stores;
mod user_session;

use std::{
    fs,
    num::NonZeroUsize,
    os::unix::fs::DirBuilderExt,
    sync::{Arc, Mutex},
};

use actix_session::{
    Session, SessionMiddleware,
    config::{CookieContentSecurity, PersistentSession},
};
use actix_web::cookie::{Key, SameSite, time::Duration};
use anyhow::Context;
use secrecy::SecretString;

pub use crate::storage::redis::addresses as redis_addresses;
pub use cookies::{Cookies, received};
pub use exchange::{exchange, session_cookies, stop_when_unavailable};
pub use id::{Handle, pseudonym};
pub use keys::{Purpose, Sealer};
pub use of_a_user::{EndError, Summary};
pub use open::{Opened, open};
pub use stores::{Replaced, Store, StoreKind, StoreUnavailable, TooLarge};
pub use user_session::{Timeouts, UserSession};

use crate::{clock::Clock, config::SessionConfig, oidc::Client, storage::redis::Redis};
use refresh::{Refresher, Work};
use revocation::{Revocation, Revocations, Subject};

/// Everything about sessions that the routes need.
#[derive(Debug)]
pub struct Sessions {
    store: Store,
    revocations: Arc<Revocations>,
    cookies: Cookies,
    timeouts: Timeouts,
    refresher: Refresher,
    oidc: Arc<Client>,
    redis: Option<Arc<Redis>>,
    max_per_user: NonZeroUsize,
    clock: Clock,
}

impl Sessions {
    /// Opens the store.
    ///
    /// # Errors
    /// When it, or what was ended before its time, cannot be read: better not to start than to forget it.
    pub async fn open(
        config: &SessionConfig,
        secrets: &[SecretString],
        oidc: Arc<Client>,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let (cookies, timeouts) = (config.cookies(), config.timeouts());
        let Opened {
            store,
            revocations,
            redis,
            newest_tokens,
            leases,
        } = open(config, secrets, &clock).await?;
        let work = Work {
            oidc: Arc::clone(&oidc),
            store: store.clone(),
            newest: newest_tokens,
            leases,
            revocations: Arc::clone(&revocations),
            timeouts,
            clock: clock.clone(),
            unsaved: Mutex::default(),
        };
        let refresher = Refresher::new(work, config.token_expiration_buffer);
        let max_per_user = config.session_max_per_user;
        Ok(Self {
            store,
            revocations,
            cookies,
            timeouts,
            refresher,
            oidc,
            redis,
            max_per_user,
            clock,
        })
    }

    /// actix-session's middleware around our store.
    ///
    /// The cookie's signature adds nothing: the id is 256 random bits, which no key makes harder to guess. So the key
    /// is a constant, and rotating `SESSION_SECRETS` (actix-session knows one key only) signs nobody out.
    pub fn middleware(&self) -> SessionMiddleware<Store> {
        let absolute = Duration::try_from(self.timeouts.absolute).unwrap_or(Duration::MAX);
        SessionMiddleware::builder(self.store.clone(), Key::from(&[0; 64]))
            .cookie_name(self.cookies.session().to_owned())
            .cookie_secure(self.cookies.secure())
            .cookie_http_only(true)
            .cookie_same_site(SameSite::Lax)
            .cookie_path("/".to_owned())
            .cookie_content_security(CookieContentSecurity::Signed)
            .session_lifecycle(PersistentSession::default().session_ttl(absolute))
            .build()
    }

    /// Makes `user` the session of this request, under a new id (no fixation), and ends the one it had (ASVS 7.2.4).
    ///
    /// # Errors
    /// [`TooLarge`] when the store cannot keep it.
    pub fn begin(&self, session: &Session, user: &UserSession) -> Result<(), BeginError> {
        self.store.admits(user)?;
        session.renew();
        let sid = user.provider_session_id.as_deref();
        let user = UserSession {
            created_at: self.revocations.beginning(&user.user.id, sid),
            ..user.clone()
        };
        user.write_to(session)
            .map_err(|error| BeginError::Unexpected(error.to_string()))
    }

    /// Ends the session of this request for good (ASVS 7.4.1): in the store first, then in the browser, then its
    /// refresh token. Gives back what it was, for the rest of the provider's part.
    ///
    /// # Errors
    /// When the store does not answer: the session is still alive, and its cookies are kept.
    pub async fn end(&self, session: &Session) -> Result<Option<UserSession>, StoreUnavailable> {
        let user = UserSession::read_from(session).ok().flatten();
        if let (Some(user), Some(handle)) = (&user, &exchange::handle()) {
            let until = user.expires_at(&self.timeouts);
            let end = Revocation::of(Subject::session(*handle), until);
            // On the list in every mode: what a failover takes from a store, the nodes still know.
            let _ = self.revocations.add(end).await?;
            self.store.end(handle, until).await?;
        }
        self.clear();
        self.oidc.revoke_in_background(
            user.as_ref()
                .and_then(|user| user.tokens.refresh_token.clone()),
        );
        Ok(user)
    }

    /// Takes the session cookies from the browser; the session itself is over already.
    fn clear(&self) {
        exchange::with(|exchange| exchange.outcome = exchange::Outcome::Cleared);
    }

    /// Whether the store, and what was ended before its time, can be read now.
    ///
    /// # Errors
    /// When they cannot.
    pub async fn check(&self) -> Result<(), StoreUnavailable> {
        self.revocations.check().await
    }

    /// What several nodes share.
    #[must_use]
    pub fn redis(&self) -> Option<Arc<Redis>> {
        self.redis.clone()
    }

    /// Our cookies' names and attributes.
    #[must_use]
    pub fn cookies(&self) -> Cookies {
        self.cookies
    }

    /// How long a session lives.
    #[must_use]
    pub fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// Which store keeps the sessions.
    #[must_use]
    pub fn kind(&self) -> StoreKind {
        self.store.kind()
    }
}

/// Why a session could not begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// It does not fit.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// A fault of this server.
    #[error("{0}")]
    Unexpected(String),
}

/// The secrets to seal with: those of `SESSION_SECRETS`, else this machine's own.
///
/// # Errors
/// When the machine's own secret can be neither read nor made.
pub fn secrets(config: &SessionConfig) -> anyhow::Result<Vec<SecretString>> {
    let folder = &config.data_dir;
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.with_context(|| format!("DATA_DIR {} cannot be made", folder.display()))?;
    match &config.session_secrets {
        Some(secrets) => Ok(secrets.0.clone()),
        None => Ok(vec![keys::machine_secret(folder)?]),
    }
}
