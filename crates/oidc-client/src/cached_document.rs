//! A document of the provider: cached, and read by one request at a time.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use parking_lot::Mutex;
use reqwest::header::{CACHE_CONTROL, HeaderMap};
use serde_json::{Map, Value};
use url::Url;

use crate::{Error, Http, clock::Clock, members::Members};

/// Longest time that a document is used; the provider's `Cache-Control` may shorten it.
const MAX_AGE: Duration = Duration::from_secs(600);
/// Shortest time between two reads, successful or not.
const READ_INTERVAL: Duration = Duration::from_secs(5);

/// A type that is read from a JSON object of the provider.
pub(crate) trait Document: Sized + Send + Sync + 'static {
    /// Reads it. The error names a member that is missing.
    fn read(members: Map<String, Value>) -> Result<Self, Error>;
}

impl Document for JwkSet {
    fn read(members: Map<String, Value>) -> Result<Self, Error> {
        let published: Vec<Value> = Members::new("JWKS", members).required("keys")?;
        let count = published.len();
        // A key that cannot be read must not hide the others (RFC 7517 section 5).
        let keys = published.into_iter().map(serde_json::from_value::<Jwk>);
        let keys: Vec<_> = keys.filter_map(Result::ok).collect();
        let unreadable = count - keys.len();
        if unreadable > 0 {
            tracing::warn!(
                unreadable,
                "keys of the provider cannot be read and count as absent"
            );
        }
        Ok(Self { keys })
    }
}

/// A JSON document of the provider, with its age.
pub(crate) struct CachedDocument<T> {
    http: Http,
    clock: Clock,
    newest: Mutex<Option<Entry<T>>>,
    /// Time of the last failure. Locked by the task that reads.
    failed_at: tokio::sync::Mutex<Option<Timestamp>>,
}

struct Entry<T> {
    content: Arc<T>,
    read_at: Timestamp,
    stale_at: Timestamp,
}

impl<T: Document> CachedDocument<T> {
    pub(crate) fn new(http: Http, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            http,
            clock,
            newest: Mutex::default(),
            failed_at: tokio::sync::Mutex::default(),
        })
    }

    /// Returns the document at `address`, from the cache unless that is stale.
    pub(crate) async fn get(self: &Arc<Self>, address: &Url) -> Result<Arc<T>, Error> {
        let good = |newest: &Entry<T>, now| newest.read_at <= now && now < newest.stale_at;
        self.read_unless(good, address).await
    }

    /// Returns the document, read again unless the last read is less than [`READ_INTERVAL`] ago.
    pub(crate) async fn newer(self: &Arc<Self>, address: &Url) -> Result<Arc<T>, Error> {
        let good = |newest: &Entry<T>, now| within(READ_INTERVAL, newest.read_at, now);
        self.read_unless(good, address).await
    }

    async fn read_unless(
        self: &Arc<Self>,
        good: fn(&Entry<T>, Timestamp) -> bool,
        address: &Url,
    ) -> Result<Arc<T>, Error> {
        if let Some(known) = self.known(good) {
            return Ok(known);
        }
        let (this, address) = (Arc::clone(self), address.clone());
        // Continues when the request that began it is dropped.
        let reading = self.http.background.spawn(async move {
            let mut failed_at = this.failed_at.lock().await;
            // Another task may have read it while this one waited.
            if let Some(known) = this.known(good) {
                return Ok(known);
            }
            this.read(&mut failed_at, address).await
        });
        reading.await.map_err(Error::unavailable)?
    }

    fn known(&self, good: fn(&Entry<T>, Timestamp) -> bool) -> Option<Arc<T>> {
        let (newest, now) = (self.newest.lock(), self.clock.now());
        let known = newest.as_ref().filter(|newest| good(newest, now))?;
        Some(Arc::clone(&known.content))
    }

    async fn read(&self, failed_at: &mut Option<Timestamp>, address: Url) -> Result<Arc<T>, Error> {
        let unreadable = unreadable(&address);
        let now = self.clock.now();
        if failed_at.is_some_and(|at| within(READ_INTERVAL, at, now)) {
            return Err(unreadable);
        }
        let answer = read::<T>(&self.http, address).await;
        let read_at = self.clock.now();
        let (content, age) = answer.map_err(|error| {
            tracing::warn!(%error, "a document of the provider cannot be read");
            *failed_at = Some(read_at);
            unreadable
        })?;
        let content = Arc::new(content);
        *failed_at = None;
        *self.newest.lock() = Some(Entry {
            content: Arc::clone(&content),
            read_at,
            stale_at: read_at + age,
        });
        Ok(content)
    }
}

async fn read<T: Document>(http: &Http, address: Url) -> Result<(T, Duration), Error> {
    let answer = http.send(http.get(address)).await?.ok()?;
    Ok((T::read(answer.json()?)?, age(&answer.headers)))
}

fn unreadable(address: &Url) -> Error {
    let path = address.path();
    Error::unavailable(format!("{path} could not be read a moment ago"))
}

fn within(duration: Duration, time: Timestamp, now: Timestamp) -> bool {
    now.duration_since(time).unsigned_abs() < duration
}

/// The time that a response may be used (RFC 9111 section 5.2.2).
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
    let age = longest.min().map_or(MAX_AGE, Duration::from_secs);
    age.clamp(READ_INTERVAL, MAX_AGE)
}
