//! A document that the provider publishes: kept for a while, and read by one request at a time.

use std::{sync::Arc, time::Duration};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use jiff::Timestamp;
use parking_lot::Mutex;
use reqwest::header::{CACHE_CONTROL, HeaderMap};
use serde::de::DeserializeOwned;
use url::Url;

use super::{Http, ProviderError};
use crate::clock::Clock;

/// A document is read anew when it is older than this; the provider's `Cache-Control` may say
/// earlier.
const LONGEST_AGE: Duration = Duration::from_secs(600);
/// And no more often than this, whoever asks for a newer one, and whether it could be read or not.
const READ_EVERY: Duration = Duration::from_secs(5);

/// A JSON document of the provider.
pub(super) struct Published<T> {
    http: Http,
    clock: Clock,
    state: Arc<Mutex<State<T>>>,
}

struct State<T> {
    newest: Option<Document<T>>,
    /// When it could not be read.
    failed_at: Option<Timestamp>,
    /// Goes on when the request that began it is gone.
    reading: Option<Shared<BoxFuture<'static, Option<Arc<T>>>>>,
}

struct Document<T> {
    content: Arc<T>,
    read_at: Timestamp,
    stale_at: Timestamp,
}

impl<T: DeserializeOwned + Send + Sync + 'static> Published<T> {
    pub(super) fn new(http: Http, clock: Clock) -> Self {
        Self {
            http,
            clock,
            state: Arc::new(Mutex::new(State {
                newest: None,
                failed_at: None,
                reading: None,
            })),
        }
    }

    /// The document at `address`, not older than it may be.
    pub(super) async fn get(&self, address: &Url) -> Result<Arc<T>, ProviderError> {
        let now = self.clock.now();
        let known = |newest: &Document<T>| newest.read_at <= now && now < newest.stale_at;
        self.read_unless(known, address).await
    }

    /// The same, read anew unless that was done a moment ago.
    pub(super) async fn newer(&self, address: &Url) -> Result<Arc<T>, ProviderError> {
        let now = self.clock.now();
        self.read_unless(|newest| within(READ_EVERY, newest.read_at, now), address)
            .await
    }

    async fn read_unless(
        &self,
        good: impl Fn(&Document<T>) -> bool,
        address: &Url,
    ) -> Result<Arc<T>, ProviderError> {
        let reading = {
            let mut state = self.state.lock();
            if let Some(newest) = state.newest.as_ref().filter(|newest| good(newest)) {
                return Ok(Arc::clone(&newest.content));
            }
            let now = self.clock.now();
            if state
                .failed_at
                .is_some_and(|at| within(READ_EVERY, at, now))
            {
                return Err(unreadable(address));
            }
            let begin = || self.begin(address.clone());
            state.reading.get_or_insert_with(begin).clone()
        };
        reading.await.ok_or_else(|| unreadable(address))
    }

    fn begin(&self, address: Url) -> Shared<BoxFuture<'static, Option<Arc<T>>>> {
        let (http, clock) = (self.http.clone(), self.clock.clone());
        let state = Arc::clone(&self.state);
        let reading = self.http.background.spawn(async move {
            let answer = read::<T>(&http, address).await;
            let now = clock.now();
            let mut state = state.lock();
            state.reading = None;
            match answer {
                Ok((content, age)) => {
                    let content = Arc::new(content);
                    state.newest = Some(Document {
                        content: Arc::clone(&content),
                        read_at: now,
                        stale_at: now + age,
                    });
                    state.failed_at = None;
                    Some(content)
                }
                Err(error) => {
                    tracing::warn!(%error, "what the provider publishes cannot be read");
                    state.failed_at = Some(now);
                    None
                }
            }
        });
        reading.map(|read| read.ok().flatten()).boxed().shared()
    }
}

async fn read<T: DeserializeOwned>(
    http: &Http,
    address: Url,
) -> Result<(T, Duration), ProviderError> {
    let answer = http.send(http.get(address)).await?.ok()?;
    Ok((answer.json()?, age(&answer.headers)))
}

fn unreadable(address: &Url) -> ProviderError {
    let path = address.path();
    ProviderError(anyhow::anyhow!("{path} could not be read a moment ago"))
}

fn within(duration: Duration, time: Timestamp, now: Timestamp) -> bool {
    now.duration_since(time).unsigned_abs() < duration
}

/// How long an answer may be used (RFC 9111 section 5.2.2).
fn age(headers: &HeaderMap) -> Duration {
    let directives = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase());
    let longest = directives.filter_map(|directive| match directive.as_str() {
        "no-store" | "no-cache" => Some(0),
        other => other
            .strip_prefix("max-age=")?
            .trim_matches('"')
            .parse()
            .ok(),
    });
    let age = longest.min().map_or(LONGEST_AGE, Duration::from_secs);
    age.clamp(READ_EVERY, LONGEST_AGE)
}
