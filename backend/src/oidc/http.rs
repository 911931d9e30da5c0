//! Calls to the provider: one HTTP client with its deadlines, and answers of a bounded size.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode, header::HeaderMap};
use serde::de::DeserializeOwned;

use crate::background::Background;
#[cfg(feature = "otlp")]
use crate::traces;

/// A provider that does not answer within this time is unavailable.
const TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Larger answers are not read to their end: bytes.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The provider did not do what was asked, through no fault of the user. The cause is for the log.
#[derive(Debug, thiserror::Error)]
#[error("the identity provider is unavailable: {0:#}")]
pub struct ProviderError(#[from] pub(crate) anyhow::Error);

impl From<reqwest::Error> for ProviderError {
    fn from(error: reqwest::Error) -> Self {
        // The address could hold a secret one day; the path alone tells which call failed.
        let path = error
            .url()
            .map(|url| url.path().to_owned())
            .unwrap_or_default();
        Self(anyhow::Error::from(error.without_url()).context(path))
    }
}

/// The HTTP client for all calls to the provider.
#[derive(Clone, Debug)]
pub struct Http {
    client: reqwest::Client,
    pub(super) background: Background,
}

/// An answer, read.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    path: String,
}

impl Http {
    /// Prepares the client; nothing is asked of anybody yet.
    ///
    /// # Errors
    /// When TLS cannot be set up on this machine.
    pub fn new(background: Background) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            // A provider's API does not redirect; following one could send a token elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("actix-sessions/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, background })
    }

    pub(crate) fn get(&self, url: impl reqwest::IntoUrl) -> RequestBuilder {
        self.client.get(url)
    }

    pub(crate) fn post(&self, url: impl reqwest::IntoUrl) -> RequestBuilder {
        self.client.post(url)
    }

    /// Sends a request and reads the answer, whatever its status. Connections are shared, so they
    /// must not end with the worker that needed one first.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, ProviderError> {
        let answer = self.background.spawn(answer_to(request));
        answer.await.map_err(anyhow::Error::from)?
    }
}

async fn answer_to(request: RequestBuilder) -> Result<Answer, ProviderError> {
    let (client, request) = request.build_split();
    let request = request?;
    #[cfg(feature = "otlp")]
    let call = traces::Call::begin(&request);
    let response = client.execute(request).await;
    #[cfg(feature = "otlp")]
    call.end(&response);
    let mut response = response?;
    let path = response.url().path().to_owned();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(ProviderError(anyhow::anyhow!(
                "{path}: the answer is too large"
            )));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        body,
        path,
    })
}

impl Answer {
    /// The same answer, if the provider did what was asked.
    pub(crate) fn ok(self) -> Result<Self, ProviderError> {
        if self.status.is_success() {
            return Ok(self);
        }
        Err(self.of_no_use())
    }

    /// What to say of an answer that is of no use.
    pub(crate) fn of_no_use(&self) -> ProviderError {
        ProviderError(anyhow::anyhow!("{} answered {}", self.path, self.status))
    }

    /// The document in this answer. The parser's words stay out of the log: they quote what could
    /// not be read, perhaps a token, or somebody's address.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        serde_json::from_slice(&self.body)
            .map_err(|_| ProviderError(anyhow::anyhow!("{}: the answer cannot be read", self.path)))
    }
}
