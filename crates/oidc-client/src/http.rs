//! Requests to the provider, with deadlines and responses of a bounded size.

use std::time::Duration;

use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap},
};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{Background, Error, loopback::is_loopback};

/// Longest time for a whole response, with its body.
pub(crate) const RESPONSE_TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Maximum of bytes of a response body.
const MAX_BODY: usize = 1024 * 1024;

/// The HTTP client for all requests to the provider. A response may take 5 s (20 s for a code) and
/// 1 MiB.
#[derive(Clone, Debug)]
pub struct Http {
    client: reqwest::Client,
    /// For addresses on this machine: requests to them are not encrypted, so they must not go
    /// through a proxy.
    loopback: reqwest::Client,
    pub(crate) background: Background,
}

/// A complete response.
pub(crate) struct ProviderResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The body, or the reason why it was not read. The status is valid anyway.
    body: Result<Vec<u8>, String>,
    path: String,
}

impl Http {
    /// Sends requests with `client`, on the runtime of `background`: connections are shared, so
    /// they must not end with the worker that opened them.
    ///
    /// Build the client with [`Http::builder`], or make sure that it follows no redirects.
    pub fn new(client: reqwest::Client, background: Background) -> Self {
        Self {
            loopback: client.clone(),
            client,
            background,
        }
    }

    /// Sets another client for addresses on this machine: one without the proxies of the
    /// environment.
    #[must_use]
    pub fn with_loopback(self, loopback: reqwest::Client) -> Self {
        Self { loopback, ..self }
    }

    /// A builder of a client that follows no redirects: a provider's API does not redirect, and
    /// following one could send a token elsewhere.
    pub fn builder() -> reqwest::ClientBuilder {
        reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
    }

    /// Begins a GET request.
    pub fn get(&self, url: Url) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    /// Begins a POST request.
    pub fn post(&self, url: Url) -> RequestBuilder {
        self.request(Method::POST, url)
    }

    fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let client = if is_loopback(&url) {
            &self.loopback
        } else {
            &self.client
        };
        // Without this header a server may choose an encoding that is not read here (RFC 9110
        // section 12.5.3).
        let request = client.request(method, url).timeout(RESPONSE_TIMEOUT);
        request.header(ACCEPT_ENCODING, "identity")
    }

    /// Sends another request of the application, and reads the JSON of a successful response.
    ///
    /// # Errors
    /// `Unavailable`, also for any other response.
    pub async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Error> {
        self.send(request).await?.ok()?.json()
    }

    /// Sends a request and reads the response, whatever its status.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<ProviderResponse, Error> {
        let response = self.background.spawn(response_to(request));
        response.await.map_err(Error::unavailable)?
    }
}

async fn response_to(request: RequestBuilder) -> Result<ProviderResponse, Error> {
    let mut response = request.send().await?;
    let body = body_of(&mut response).await;
    Ok(ProviderResponse {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        body,
        path: response.url().path().to_owned(),
    })
}

async fn body_of(response: &mut Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(body),
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY => {
                return Err("the response is too large".to_owned());
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Err(error) => return Err(format!("the response broke off: {}", error.without_url())),
        }
    }
}

impl ProviderResponse {
    /// Returns the response if it was successful.
    pub(crate) fn ok(self) -> Result<Self, Error> {
        if self.status.is_success() {
            return Ok(self);
        }
        Err(self.unexpected_status())
    }

    /// The error for an unexpected status.
    pub(crate) fn unexpected_status(&self) -> Error {
        Error::unavailable(format!("{} answered {}", self.path, self.status))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> Result<&str, Error> {
        let body = self.body.as_ref().map_err(String::as_str);
        let text =
            body.and_then(|body| str::from_utf8(body).map_err(|_| "the response is no text"));
        text.map_err(|error| self.fault(error))
    }

    /// Returns `true` if the body is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.as_ref().is_ok_and(Vec::is_empty)
    }

    /// The JSON document of the body. The error omits the parser's message, which quotes the body:
    /// perhaps a token or personal data.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let read = match &self.body {
            Ok(body) => serde_json::from_slice(body).map_err(|_| self.why_unreadable()),
            Err(error) => Err(error.clone()),
        };
        read.map_err(|error| self.fault(&error))
    }

    fn fault(&self, fault: &str) -> Error {
        Error::unavailable(format!("{}: {fault}", self.path))
    }

    fn why_unreadable(&self) -> String {
        let encoding = self.headers.get(CONTENT_ENCODING);
        match encoding.and_then(|encoding| encoding.to_str().ok()) {
            Some(encoding) => format!("its content-encoding is {encoding}, which nobody asked for"),
            None => "the response cannot be read".to_owned(),
        }
    }
}
