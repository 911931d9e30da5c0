//! Sessions on a map, at a provider that publishes its metadata.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use jiff::Timestamp;
use oidc_client::{Background, Token};
use sessions::{Handle, LiveSession, NewSession, SessionTokens, Sessions, Settings, User};
use tempfile::TempDir;

use crate::{map_store::MapStore, publisher::Publisher};

pub const SECRET: &str = "a secret of at least 32 characters";

pub struct Stage {
    pub sessions: Arc<Sessions>,
    pub store: Arc<MapStore>,
    pub provider: Publisher,
    _folder: TempDir,
}

impl Stage {
    /// With at most two sessions a user.
    pub async fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let provider = Publisher::start().await;
        let store = Arc::new(MapStore::default());
        let mut settings = Settings::new(vec![SECRET.into()], folder.path());
        settings.max_sessions_per_user = NonZeroUsize::new(2).expect("two");
        settings.store_timeout = Duration::from_secs(30); // the machine may be busy
        let background = Background::here();
        let sessions = Sessions::open_with(
            Arc::clone(&store) as _,
            settings,
            Arc::new(provider.client(None)),
            &background,
            storage::Clock::default(),
        );
        Self {
            sessions: Arc::new(sessions.await.expect("sessions")),
            store,
            provider,
            _folder: folder,
        }
    }

    /// Begins a session of `ada` whose access token is valid for this long.
    pub async fn begin(&self, token_lifetime: Duration) -> LiveSession {
        let new = new_session(token_lifetime);
        let created = self.sessions.create(new, None).await;
        created.expect("a session").1
    }

    pub async fn is_alive(&self, handle: Handle) -> bool {
        let found = self.sessions.find_session(handle, None).await;
        found.is_ok_and(|found| found.ended.is_none())
    }
}

pub fn new_session(token_lifetime: Duration) -> NewSession {
    let user = User {
        id: "ada".to_owned(),
        ..User::default()
    };
    let issued_at = Timestamp::now() - Duration::from_secs(1);
    let tokens = SessionTokens::new(
        Token::new("access".to_owned()),
        issued_at + token_lifetime,
        issued_at,
        Some(Token::new("refresh".to_owned())),
    );
    NewSession::new(user, tokens)
}
