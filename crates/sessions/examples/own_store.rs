//! Sessions in a store of your own, here a map: `cargo run --example own_store`.

use std::{cmp::Reverse, collections::HashMap, num::NonZeroUsize, sync::Arc};

use jiff::Timestamp;
use oidc_client::{Background, Client, Http, Token};
use sessions::stores::{SessionStore, StoredSession, WriteOutcome};
use sessions::{Handle, NewSession, SessionTokens, Sessions, Settings, User, UserSession};
use storage::Unavailable;
use tokio::sync::Mutex;

type Result<T> = std::result::Result<T, Unavailable>;

#[derive(Default)]
pub(crate) struct MapStore(Mutex<HashMap<Handle, Arc<UserSession>>>);

#[async_trait::async_trait]
impl SessionStore for MapStore {
    async fn load(&self, handle: Handle) -> Result<Option<Arc<UserSession>>> {
        Ok(self.0.lock().await.get(&handle).cloned())
    }
    async fn create(
        &self,
        it: Handle,
        new: &UserSession,
        limit: NonZeroUsize,
    ) -> Result<Vec<StoredSession>> {
        let mut sessions = self.0.lock().await;
        let own = |(_, one): &(&Handle, &Arc<UserSession>)| one.user.id == new.user.id;
        let own = sessions.iter().filter(own);
        let mut own: Vec<_> = own.map(|(it, one)| (*it, Arc::clone(one))).collect();
        own.sort_by_key(|(_, one)| Reverse(one.last_seen_at));
        let surplus = own.split_off(own.len().min(limit.get() - 1));
        for (it, _) in &surplus {
            sessions.remove(it);
        }
        sessions.insert(it, Arc::new(new.clone()));
        Ok(surplus)
    }
    async fn replace(&self, handle: Handle, next: &UserSession) -> Result<WriteOutcome> {
        Ok(match self.0.lock().await.get_mut(&handle) {
            None => WriteOutcome::Deleted,
            Some(stored) if stored.version + 1 != next.version => WriteOutcome::Outdated,
            Some(stored) => {
                *stored = Arc::new(next.clone());
                WriteOutcome::Written
            }
        })
    }
    async fn delete(&self, handle: Handle, _: &str) -> Result<Option<Arc<UserSession>>> {
        Ok(self.0.lock().await.remove(&handle))
    }
    async fn handles_of(&self, user: &str) -> Result<Vec<Handle>> {
        let sessions = self.0.lock().await;
        let own = sessions.iter().filter(|(_, one)| one.user.id == user);
        Ok(own.map(|(handle, _)| *handle).collect())
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let background = Background::here();
    let provider = oidc_client::Settings::new("https://login.example.com", "app", "secret".into());
    let http = Http::new(Http::builder().build()?, background.clone());
    let client = Arc::new(Client::new(provider, http, Timestamp::now));
    let folder = std::env::temp_dir().join(format!("own-store-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let settings = Settings::new(vec!["x".repeat(32).into()], folder);
    let store = Arc::new(MapStore::default());
    let clock = Default::default();
    let sessions = Sessions::open_with(store, settings, client, &background, clock).await?;
    let now = Timestamp::now();
    let tokens = SessionTokens::new(Token::new("access".to_owned()), now, now, None);
    let created = sessions.create(NewSession::new(User::default(), tokens), None);
    let (id, _) = created.await?;
    let found = sessions.find_session(id.handle(), None).await?;
    println!("{} is alive: {}", id.handle(), found.ended.is_none());
    Ok(())
}
