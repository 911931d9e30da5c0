//! A document that the provider publishes: kept for a while, and read by one request at a time.

use std::{sync::Arc, time::Duration};

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
    newest: Mutex<Option<Document<T>>>,
    /// When it could not be read. Held by whoever reads it.
    failed_at: tokio::sync::Mutex<Option<Timestamp>>,
}

struct Document<T> {
    content: Arc<T>,
    read_at: Timestamp,
    stale_at: Timestamp,
}

impl<T: DeserializeOwned + Send + Sync + 'static> Published<T> {
    pub(super) fn new(http: Http, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            http,
            clock,
            newest: Mutex::default(),
            failed_at: tokio::sync::Mutex::default(),
        })
    }

    /// The document at `address`, not older than it may be.
    pub(super) async fn get(self: &Arc<Self>, address: &Url) -> Result<Arc<T>, ProviderError> {
        let good = |newest: &Document<T>, now| newest.read_at <= now && now < newest.stale_at;
        self.read_unless(good, address).await
    }

    /// The same, read anew unless that was done a moment ago.
    pub(super) async fn newer(self: &Arc<Self>, address: &Url) -> Result<Arc<T>, ProviderError> {
        let good = |newest: &Document<T>, now| within(READ_EVERY, newest.read_at, now);
        self.read_unless(good, address).await
    }

    async fn read_unless(
        self: &Arc<Self>,
        good: fn(&Document<T>, Timestamp) -> bool,
        address: &Url,
    ) -> Result<Arc<T>, ProviderError> {
        if let Some(known) = self.known(good) {
            return Ok(known);
        }
        let (this, address) = (Arc::clone(self), address.clone());
        // Goes on when the request that began it is gone.
        let reading = self.http.background.spawn(async move {
            let mut failed_at = this.failed_at.lock().await;
            // Somebody else may have read it meanwhile.
            if let Some(known) = this.known(good) {
                return Ok(known);
            }
            this.read(&mut failed_at, address).await
        });
        reading.await.map_err(anyhow::Error::from)?
    }

    fn known(&self, good: fn(&Document<T>, Timestamp) -> bool) -> Option<Arc<T>> {
        let (newest, now) = (self.newest.lock(), self.clock.now());
        let known = newest.as_ref().filter(|newest| good(newest, now))?;
        Some(Arc::clone(&known.content))
    }

    async fn read(
        &self,
        failed_at: &mut Option<Timestamp>,
        address: Url,
    ) -> Result<Arc<T>, ProviderError> {
        let unreadable = unreadable(&address);
        let now = self.clock.now();
        if failed_at.is_some_and(|at| within(READ_EVERY, at, now)) {
            return Err(unreadable);
        }
        let answer = read::<T>(&self.http, address).await;
        let read_at = self.clock.now();
        let (content, age) = answer.map_err(|error| {
            tracing::warn!(%error, "what the provider publishes cannot be read");
            *failed_at = Some(read_at);
            unreadable
        })?;
        let content = Arc::new(content);
        *failed_at = None;
        *self.newest.lock() = Some(Document {
            content: Arc::clone(&content),
            read_at,
            stale_at: read_at + age,
        });
        Ok(content)
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
